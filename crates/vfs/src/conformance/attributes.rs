//! Permissions, owner, extended attributes.

use std::ffi::{OsStr, OsString};
use std::io::ErrorKind;

use super::clauses;
use super::scratch::Scratch;
use crate::{File, OpenOptions};

clauses![
    mode_is_given_at_creation,
    set_permissions_sets_them,
    a_handle_keeps_what_it_may_do,
    set_owner_sets_it,
    xattrs_are_set_replaced_and_sorted,
    attributes_belong_to_the_file,
];

fn mode_is_given_at_creation(s: &Scratch<'_>) {
    if !s.unix() {
        return;
    }
    let private = OpenOptions::create_new().mode(0o600);
    let file = s.ok("open", s.open(&s.at("private"), &private));
    let mode = s.ok("metadata", file.metadata()).mode;
    // The umask may take bits away, and does not give any.
    s.equal("bits that were not asked for", mode & !0o600, 0);

    let or_create = OpenOptions::read_write().or_create().mode(0o666);
    let file = s.ok(
        "open of what is there",
        s.open(&s.at("private"), &or_create),
    );
    s.equal("mode", s.ok("metadata", file.metadata()).mode, mode);
}

fn set_permissions_sets_them(s: &Scratch<'_>) {
    let file = s.file("file", b"");
    for mode in [0o640, 0o600, 0o444, 0o666] {
        s.ok("set_permissions", file.set_permissions(mode));
        let metadata = s.ok("metadata", s.metadata(&s.at("file")));
        if s.unix() {
            // No umask here.
            s.equal("mode", metadata.mode, mode);
        } else {
            s.equal("may be written", metadata.mode & 0o200, mode & 0o200);
        }
    }
}

fn a_handle_keeps_what_it_may_do(s: &Scratch<'_>) {
    let file = s.file("file", b"old");
    s.ok("set_permissions", file.set_permissions(0o444));
    s.ok("write", file.write_all_at(b"new", 0));
    s.content("file", b"new");
    s.ok("set_permissions", file.set_permissions(0o644));
}

fn set_owner_sets_it(s: &Scratch<'_>) {
    let file = s.file("file", b"");
    let Some(owner) = s.ok("metadata", file.metadata()).owner else {
        s.fails(
            "without owners",
            ErrorKind::Unsupported,
            file.set_owner(0, 0),
        );
        return;
    };
    // Whose it is already: everybody may do that.
    s.ok("set_owner", file.set_owner(owner.uid, owner.gid));
    s.equal(
        "owner",
        s.ok("metadata", s.metadata(&s.at("file"))).owner,
        Some(owner),
    );
}

fn xattrs_are_set_replaced_and_sorted(s: &Scratch<'_>) {
    let file = s.file("file", b"");
    let name = OsStr::new("user.persist.b");
    if s.supported("set_xattr", file.set_xattr(name, b"first"))
        .is_none()
    {
        s.equal("xattrs", s.ok("xattrs", file.xattrs()), vec![]);
        return;
    }
    let long = [0xA5; 1000];
    s.ok(
        "set_xattr",
        file.set_xattr(OsStr::new("user.persist.c"), b""),
    );
    s.ok(
        "set_xattr",
        file.set_xattr(OsStr::new("user.persist.a"), &long),
    );
    s.ok("set_xattr", file.set_xattr(name, b"second, and longer"));
    s.equal(
        "xattrs",
        ours(s, &*file),
        vec![
            ("user.persist.a".into(), long.to_vec()),
            ("user.persist.b".into(), b"second, and longer".to_vec()),
            ("user.persist.c".into(), vec![]),
        ],
    );
    s.content("file", b"");
}

/// Without what a security module puts on every file.
fn ours(s: &Scratch<'_>, file: &dyn File) -> Vec<(OsString, Vec<u8>)> {
    let mut all = s.ok("xattrs", file.xattrs());
    all.retain(|(name, _)| name.as_encoded_bytes().starts_with(b"user.persist."));
    all
}

fn attributes_belong_to_the_file(s: &Scratch<'_>) {
    let file = s.file("old", b"");
    s.ok("set_permissions", file.set_permissions(0o640));
    let xattr = file.set_xattr(OsStr::new("user.persist.a"), b"kept");
    let supported = s.supported("set_xattr", xattr).is_some();
    let before = s.ok("metadata", file.metadata());
    drop(file);
    s.ok("rename", s.rename(&s.at("old"), &s.at("new")));
    s.equal(
        "metadata",
        s.ok("metadata", s.metadata(&s.at("new"))),
        before,
    );
    if supported {
        let found = ours(s, &*s.handle("new"));
        s.equal(
            "xattrs",
            found,
            vec![("user.persist.a".into(), b"kept".to_vec())],
        );
    }
}
