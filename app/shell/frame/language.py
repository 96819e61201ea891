"""The language of the window: the system's, or the one that a person chose."""

from importlib.resources import files
from pathlib import Path
from typing import Literal, get_args

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

LanguageChoice = Literal["system", "en", "zh_CN"]
LANGUAGES: tuple[LanguageChoice, ...] = get_args(LanguageChoice)


def use_language(application: QCoreApplication, choice: LanguageChoice) -> None:
    """For all widgets that are made from now on; those that stand keep their words.

    Names of classes, dates and numbers go with it, see QLocale's default.
    """
    for earlier in application.findChildren(QTranslator):
        application.removeTranslator(earlier)
        earlier.deleteLater()
    if choice == "zh_CN" or (choice == "system" and _system_speaks_chinese()):
        QLocale.setDefault(QLocale("zh_CN"))
        ours = Path(str(files("resources.translations")))
        _install(application, ours / "flawmark_zh_CN.qm")
        qts = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
        _install(application, qts / "qtbase_zh_CN.qm")
    elif _is_chinese(QLocale.system()):
        QLocale.setDefault(QLocale(QLocale.Language.English))
    else:
        QLocale.setDefault(QLocale.system())


def _install(application: QCoreApplication, qm: Path) -> None:
    """A file that is missing leaves its words in English."""
    translator = QTranslator(application)
    if translator.load(str(qm)):
        application.installTranslator(translator)


def _system_speaks_chinese() -> bool:
    # Not its locale: that is how it writes dates, which may be of another language.
    return any(_is_chinese(QLocale(name)) for name in QLocale.system().uiLanguages()[:1])


def _is_chinese(locale: QLocale) -> bool:
    return locale.language() == QLocale.Language.Chinese
