"""Whether magcap answers or refuses, whatever it is given, and whether a broken run goes on.

``python -m reliability`` (with ``tests`` on the path) runs every campaign and writes its counts to
``docs/reliability.md``; `test_campaigns.py` runs a small share of them with every test and all of
them with the slow ones.

`mutants.py` changes text, bytes and tables at random; `seeds.py` has what is changed; `judge.py`
runs one command on one mutant and says what is wrong with its answer; `campaign.py` does that for
thousands in processes that may die; `kills.py` kills runs and damages what they stored.
"""
