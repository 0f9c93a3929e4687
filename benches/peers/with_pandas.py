"""pandas on a workbook, every sheet of it: reading alone, nothing classified.

    with_pandas.py ENGINE BOOK.xlsx
"""

import sys

import pandas

sheets = pandas.read_excel(sys.argv[2], sheet_name=None, engine=sys.argv[1])
print(sum(map(len, sheets.values())), "rows")
