"""The pages: each shows what view functions say, and nothing more."""
