"""``ppmid-harness console``: runs in a browser, while they go on and after. Needs the extra ``web``.

``access`` decides who may do what, ``app`` which address gives which page; the pages are in ``finished_pages``,
``going_pages``, ``decision_pages`` and ``history_pages``, and stand on ``place``. ``runs`` reads the folder of runs,
``begun`` holds the runs that the console has begun, ``desk`` what operators are asked; ``pages`` fills the templates.
"""
