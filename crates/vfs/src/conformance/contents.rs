//! Bytes and sizes.

use std::io::ErrorKind;

use super::clauses;
use super::scratch::Scratch;
use crate::{DIRECT_BLOCK, File, OpenOptions};

clauses![
    reads_end_where_the_file_ends,
    writes_go_where_they_are_told,
    a_gap_reads_as_zeros,
    handles_see_each_others_writes,
    a_read_handle_does_not_write,
    set_size_cuts_and_extends_with_zeros,
    allocate_extends_with_zeros_and_never_shrinks,
    a_direct_handle_transfers_whole_blocks,
    positions_out_of_range_are_errors,
    write_back_changes_nothing,
    syncs_succeed,
];

fn reads_end_where_the_file_ends(s: &Scratch<'_>) {
    let file = s.file("file", b"0123456789");
    let mut buf = [b'x'; 8];
    let count = read(s, &*file, &mut buf, 6);
    let possible = (1..=4).contains(&count);
    s.holds("no more bytes than there are, and not none", possible);
    s.equal("bytes read", &buf[..count], &b"6789"[..count]);
    s.equal("the rest of the buffer", &buf[4..], b"xxxx");
    s.equal("bytes at the end", read(s, &*file, &mut buf, 10), 0);
    s.equal("bytes beyond", read(s, &*file, &mut buf, 1 << 40), 0);
    s.equal("bytes into nothing", read(s, &*file, &mut [], 0), 0);
    s.fails(
        "read_exact_at",
        ErrorKind::UnexpectedEof,
        file.read_exact_at(&mut buf, 6),
    );
    s.ok("read_exact_at", file.read_exact_at(&mut buf, 2));
    s.equal("the buffer", buf, *b"23456789");
}

/// One read; it may be short, and it may have been interrupted before.
fn read(s: &Scratch<'_>, file: &dyn File, buf: &mut [u8], offset: u64) -> usize {
    loop {
        let result = file.read_at(buf, offset);
        if !matches!(&result, Err(error) if error.kind() == ErrorKind::Interrupted) {
            return s.ok("read_at", result);
        }
    }
}

fn writes_go_where_they_are_told(s: &Scratch<'_>) {
    let file = s.file("file", b"0123456789");
    s.ok("overwrite", file.write_all_at(b"ab", 3));
    s.content("file", b"012ab56789");
    s.ok("extend", file.write_all_at(b"cdef", 8));
    s.content("file", b"012ab567cdef");
    s.equal("size", s.ok("size", file.size()), 12);
    s.equal(
        "bytes of nothing",
        s.ok("write_at", file.write_at(&[], 100)),
        0,
    );
    s.equal("size after writing nothing", s.ok("size", file.size()), 12);
}

fn a_gap_reads_as_zeros(s: &Scratch<'_>) {
    let file = s.file("file", b"start");
    s.ok("write", file.write_all_at(b"end", 10_000));
    let mut expected = b"start".to_vec();
    expected.resize(10_000, 0);
    expected.extend_from_slice(b"end");
    s.content("file", &expected);
}

fn handles_see_each_others_writes(s: &Scratch<'_>) {
    let one = s.file("file", b"");
    let two = s.handle("file");
    s.ok("write", one.write_all_at(b"from one", 0));
    s.equal("read", s.ok("read", two.read_all(64)), b"from one".to_vec());
    s.ok("set_size", two.set_size(4));
    s.equal("size", s.ok("size", one.size()), 4);
}

fn a_read_handle_does_not_write(s: &Scratch<'_>) {
    s.file("file", b"kept");
    let file = s.ok("open", s.open(&s.at("file"), &OpenOptions::read()));
    s.holds("write_at fails", file.write_at(b"lost", 0).is_err());
    s.holds("set_size fails", file.set_size(0).is_err());
    s.holds("allocate fails", file.allocate(100).is_err());
    s.content("file", b"kept");
    s.equal("size", s.ok("size", file.size()), 4);
}

fn set_size_cuts_and_extends_with_zeros(s: &Scratch<'_>) {
    let file = s.file("file", b"0123456789");
    s.ok("cut", file.set_size(3));
    s.content("file", b"012");
    s.ok("extend", file.set_size(6));
    s.content("file", b"012\0\0\0");
    s.ok("to nothing", file.set_size(0));
    s.content("file", b"");
    s.ok("write", file.write_all_at(b"!", 4));
    s.content("file", b"\0\0\0\0!");
}

fn allocate_extends_with_zeros_and_never_shrinks(s: &Scratch<'_>) {
    let file = s.file("file", b"start");
    if s.supported("allocate", file.allocate(8)).is_none() {
        s.content("file", b"start");
        return;
    }
    s.content("file", b"start\0\0\0");
    s.ok("less than there is", file.allocate(2));
    s.ok("nothing", file.allocate(0));
    s.content("file", b"start\0\0\0");
    s.ok("more than a block", file.allocate(10_000));
    s.equal("size", s.ok("size", file.size()), 10_000);
    s.ok("write", file.write_all_at(b"end", 9_997));
    s.ok("cut", file.set_size(8));
    s.content("file", b"start\0\0\0");
}

fn a_direct_handle_transfers_whole_blocks(s: &Scratch<'_>) {
    let file = s.file("file", &[b'.'; 3 * DIRECT_BLOCK]);
    let options = OpenOptions::read_write().direct();
    let Some(direct) = s.supported("open", s.open(&s.at("file"), &options)) else {
        return;
    };
    let mut room = vec![b'x'; 3 * DIRECT_BLOCK];
    let start = room.as_ptr().align_offset(DIRECT_BLOCK);
    let blocks = &mut room[start..][..2 * DIRECT_BLOCK];
    s.ok(
        "write",
        direct.write_all_at(&blocks[..DIRECT_BLOCK], DIRECT_BLOCK as u64),
    );
    s.ok("sync_data", direct.sync_data());
    let mut expected = vec![b'.'; 3 * DIRECT_BLOCK];
    expected[DIRECT_BLOCK..][..DIRECT_BLOCK].fill(b'x');
    s.content("file", &expected);
    // Also over what the cache holds, and what it has not given away yet.
    s.ok("write", file.write_all_at(&[b'c'; 2 * DIRECT_BLOCK], 0));
    s.ok("write", direct.write_all_at(&blocks[DIRECT_BLOCK..], 0));
    expected[DIRECT_BLOCK..][..DIRECT_BLOCK].fill(b'c');
    expected[..DIRECT_BLOCK].fill(b'x');
    s.content("file", &expected);
    s.ok("read", direct.read_exact_at(blocks, 0));
    s.equal("what is read", &*blocks, &expected[..2 * DIRECT_BLOCK]);
}

fn positions_out_of_range_are_errors(s: &Scratch<'_>) {
    let file = s.file("file", b"kept");
    for offset in [u64::MAX, u64::MAX - 1, 1 << 63] {
        s.holds("write_at fails", file.write_at(b"lost", offset).is_err());
        s.holds("set_size fails", file.set_size(offset).is_err());
        s.holds("allocate fails", file.allocate(offset).is_err());
    }
    s.content("file", b"kept");
}

fn write_back_changes_nothing(s: &Scratch<'_>) {
    let file = s.file("file", b"kept");
    for (offset, len) in [(0, 4), (0, 0), (2, 100), (100, 100)] {
        s.ok(
            &format!("{len} bytes at {offset}"),
            file.write_back(offset, len),
        );
    }
    s.content("file", b"kept");
}

fn syncs_succeed(s: &Scratch<'_>) {
    let file = s.file("file", b"content");
    s.ok("sync_data", file.sync_data());
    s.ok("sync_all", file.sync_all());
    s.ok("sync_all with nothing to do", file.sync_all());
    s.ok("sync_dir", s.sync_dir(s.dir()));
    if s.unix() {
        // What another handle wrote as well: a sync is of the file, not of the handle.
        let reader = s.ok("open", s.open(&s.at("file"), &OpenOptions::read()));
        s.ok("sync_data by a read handle", reader.sync_data());
        s.ok("remove_file", s.remove_file(&s.at("file")));
        s.ok("sync_all of a file without a name", file.sync_all());
    }
    s.equal(
        "content",
        s.ok("read", file.read_all(64)),
        b"content".to_vec(),
    );
}
