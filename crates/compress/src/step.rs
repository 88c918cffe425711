//! What one call of a compressor or decompressor did.

/// How far one call came.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    /// Bytes taken from the input.
    pub(crate) read: usize,
    /// Bytes put into the output.
    pub(crate) written: usize,
    /// Whether the stream has its end now.
    pub(crate) is_end: bool,
}

/// A complaint of a decompressor.
#[derive(Debug)]
pub(crate) struct Complaint {
    /// Bytes of the input that it had no objection to.
    pub(crate) read: usize,
    /// In its own words.
    pub(crate) reason: String,
}
