//! A disk that forgets, tears, reorders and fails, and an explorer of every crash point.
