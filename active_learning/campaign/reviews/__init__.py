"""Reviews: what a campaign thinks of itself between two loops, so that people know when to trust it and when to stop.

The dashboard and the command line read them by `latest_review`.
"""

from active_learning.campaign.reviews.review import Check, Doubt, Gain, Review, Verdict, latest_review, review_of

__all__ = ["Check", "Doubt", "Gain", "Review", "Verdict", "latest_review", "review_of"]
