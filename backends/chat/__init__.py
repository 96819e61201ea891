"""Language models on a server, asked through OpenAI's chat protocol."""
