"""The explainer's living parts: words, a choice, and who offers what."""
