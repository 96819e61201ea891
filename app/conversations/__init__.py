"""The multimodal records: questions, answers and the targets they are written for."""
