"""What every contender is to the measurements: one library with one model."""


class NotApplicable(Exception):
    """This peer cannot take this model, or not rightly. The text says why."""


class Contender:
    """`name` is shown; `element` is the type of a row's values that its quickest entry takes.

    A contender with a C entry point defines `open_native`. One that has a Python entry point of its own defines
    `margins`. Batches are measured through the first, where there is one.
    """

    element = "f4"
    has_native = False
    has_python = True
    # Whether it scores a model of its own, of the same shape: nothing to compare margins with.
    own_model = False

    def __init__(self, model, name, version):
        self.model = model
        self.name = name
        self.version = version

    def open_native(self, driver, thread_count):
        """A handle of the driver, opened for batches on that many threads."""
        raise NotImplementedError

    def margins(self, rows, thread_count):
        """The margins of the rows, by the public function that a Python program calls."""
        raise NotImplementedError

    def row(self, rows, index):
        """One row in the form that `margins_of_row` takes."""
        return rows[index : index + 1]

    def margins_of_row(self, row):
        """The margin of one row, likewise."""
        return self.margins(row, 1)

    def prepare(self, rows):
        """Rows in the library's own container, which its batches are quickest from."""
        return rows

    def prepared_margins(self, prepared, thread_count):
        return self.margins(prepared, thread_count)
