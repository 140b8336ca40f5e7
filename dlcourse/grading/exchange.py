"""nbgrader's collect, by command or by formgrader's button: it puts work where students' work lies, wherever formgrader looks for what is graded."""
from nbgrader.exchange.default import ExchangeCollect
from traitlets import Unicode


class CollectHandedIn(ExchangeCollect):
    """Collects into ``folder``."""

    folder = Unicode(help="the class's submitted/").tag(config=True)

    def start(self):
        seen = self.coursedir.submitted_directory
        self.coursedir.submitted_directory = self.folder
        try:
            super().start()
        finally:
            self.coursedir.submitted_directory = seen
