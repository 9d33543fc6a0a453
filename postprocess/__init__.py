"""Results → numbers, files, pictures, pages; solves nothing.

In: the frozen results of the pipeline. Out: ``summary.json``, the data sets of a run folder,
figures, ``report.html`` and the tables on a terminal. Units other than SI appear here and in case
files only.

From the ground up: `outcome.py` (what a run hands on), `fields.py` (symbol, label, unit and colours
of each field) and `text.py` (numbers as people read them), then `numbers`, `files`, `pictures`,
`sections` (one file a topic), `report`, each of which may import the rooms before it. Open
`answer.py` first: it lists the sections, and all that a run says is a walk along that list. Called
by the end of the pipeline and, on a run's folder, by the commands.
"""
