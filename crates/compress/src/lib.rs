//! Codecs with a limit on what comes out.
