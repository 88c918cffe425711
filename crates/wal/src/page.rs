//! Pages: what a segment is written in, and what fills it up.

/// Bytes of a page: that of every page cache we know. Whole ones are written, so that nothing has to be
/// read before, and so that a page is never written again once it may hold something acknowledged.
pub(crate) const PAGE: usize = 4096;

/// A page that nobody has written to: one line of spaces, which text tools pass over.
pub(crate) const BLANK: [u8; PAGE] = {
    let mut page = [b' '; PAGE];
    page[PAGE - 1] = b'\n';
    page
};

/// The first whole page at or behind `offset`.
pub(crate) const fn next_page(offset: u64) -> u64 {
    offset.next_multiple_of(PAGE as u64)
}

/// Fills `bytes` with blanks up to the end of its last page, of those that begin at `start`.
pub(crate) fn fill_up(bytes: &mut Vec<u8>, start: usize) {
    let into_page = (bytes.len() - start) % PAGE;
    if into_page > 0 {
        bytes.extend_from_slice(&BLANK[into_page..]);
    }
}
