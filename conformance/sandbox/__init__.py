"""The reference agency: correct, driven by its contract, and what can be wrong with it.

Nothing of the examiner is imported here, and the examiner imports nothing from here: a helper that
both shared would hide a shared misreading. The examiner starts `python -m conformance.sandbox`.
"""
