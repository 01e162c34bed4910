"""An exercise's cell in a notebook, with the answers of the lesson's solution.cpp put in."""

import re


def answered(cell, solution, header):
    """The cell with the definitions of a solution.cpp instead of its own; types that the lesson's exercise_cell.h has are left out."""
    body = solution.split('#include "exercise_checks.h"')[0]
    body = re.sub(r"(?m)^(#include.*|namespace solution \{)\n", "", body)
    for name in re.findall(r"(?m)^(?:struct|enum class|using) (\w+)", header):
        body = re.sub(r"(?ms)^(?:struct|enum class) %s \{.*?^\};\n" % name, "", body)
        body = re.sub(r"(?m)^using %s = .*;\n" % name, "", body)
    begin = re.search(r"using namespace exercise_\d\d;\n", cell).end()
    end = cell.index("// Says how far")
    return cell[:begin] + body + cell[end:]
