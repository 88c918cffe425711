//! Program state in files people can read, with the trust people give a database.
