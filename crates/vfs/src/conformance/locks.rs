//! Locks: who has one, and when it ends.

use super::clauses;
use super::scratch::Scratch;
use crate::LockKind::{Exclusive, Shared};
use crate::{File, LockKind, OpenOptions};

clauses![
    exclusive_excludes_everybody,
    shared_excludes_exclusive_only,
    a_handle_may_ask_again,
    a_handle_may_change_its_kind,
    a_failed_change_leaves_nothing_held,
    unlock_releases,
    dropping_the_handle_releases,
    unlock_and_drop_of_another_handle_do_not,
    a_lock_is_on_the_file_not_on_the_name,
    locks_do_not_stop_reads_and_writes,
];

fn take(s: &Scratch<'_>, file: &dyn File, kind: LockKind) -> bool {
    s.ok(&format!("try_lock {kind:?}"), file.try_lock(kind))
}

/// Which kinds a further handle could have. Asking leaves nothing held.
#[track_caller]
fn free(s: &Scratch<'_>, name: &str, expected: &[LockKind]) {
    let mut found = Vec::new();
    for kind in [Shared, Exclusive] {
        if take(s, &*s.handle(name), kind) {
            found.push(kind);
        }
    }
    s.equal("what another handle could have", found, expected.to_vec());
}

fn exclusive_excludes_everybody(s: &Scratch<'_>) {
    let file = s.file("file", b"");
    free(s, "file", &[Shared, Exclusive]);
    s.holds("it is free", take(s, &*file, Exclusive));
    free(s, "file", &[]);
}

fn shared_excludes_exclusive_only(s: &Scratch<'_>) {
    let one = s.file("file", b"");
    let two = s.handle("file");
    s.holds("the first shared", take(s, &*one, Shared));
    s.holds("a second shared beside it", take(s, &*two, Shared));
    free(s, "file", &[Shared]);
    s.ok("unlock", one.unlock());
    free(s, "file", &[Shared]);
    s.ok("unlock", two.unlock());
    free(s, "file", &[Shared, Exclusive]);
}

fn a_handle_may_ask_again(s: &Scratch<'_>) {
    let file = s.file("file", b"");
    for kind in [Shared, Exclusive] {
        s.holds("the first time", take(s, &*file, kind));
        s.holds("the second time", take(s, &*file, kind));
        // Locks are not counted.
        s.ok("unlock", file.unlock());
        free(s, "file", &[Shared, Exclusive]);
    }
}

fn a_handle_may_change_its_kind(s: &Scratch<'_>) {
    let file = s.file("file", b"");
    s.holds("shared", take(s, &*file, Shared));
    s.holds("up", take(s, &*file, Exclusive));
    free(s, "file", &[]);
    s.holds("down", take(s, &*file, Shared));
    free(s, "file", &[Shared]);
}

fn a_failed_change_leaves_nothing_held(s: &Scratch<'_>) {
    let one = s.file("file", b"");
    let two = s.handle("file");
    s.holds("shared", take(s, &*one, Shared));
    s.holds("shared", take(s, &*two, Shared));
    s.holds("up is refused beside another", !take(s, &*one, Exclusive));
    s.ok("unlock", two.unlock());
    free(s, "file", &[Shared, Exclusive]);
}

fn unlock_releases(s: &Scratch<'_>) {
    let file = s.file("file", b"");
    s.ok("unlock without a lock", file.unlock());
    s.holds("exclusive", take(s, &*file, Exclusive));
    s.ok("unlock", file.unlock());
    free(s, "file", &[Shared, Exclusive]);
}

fn dropping_the_handle_releases(s: &Scratch<'_>) {
    let file = s.file("file", b"");
    s.holds("exclusive", take(s, &*file, Exclusive));
    drop(file);
    free(s, "file", &[Shared, Exclusive]);
}

fn unlock_and_drop_of_another_handle_do_not(s: &Scratch<'_>) {
    let holder = s.file("file", b"");
    s.holds("exclusive", take(s, &*holder, Exclusive));
    let other = s.handle("file");
    s.ok("unlock", other.unlock());
    // The locks of POSIX would be gone with this.
    drop(other);
    free(s, "file", &[]);
}

fn a_lock_is_on_the_file_not_on_the_name(s: &Scratch<'_>) {
    if !s.unix() {
        return;
    }
    let file = s.file("one", b"");
    s.ok("hard_link", s.hard_link(&s.at("one"), &s.at("two")));
    s.holds("exclusive", take(s, &*file, Exclusive));
    free(s, "two", &[]);
    s.ok("rename", s.rename(&s.at("two"), &s.at("three")));
    free(s, "three", &[]);

    s.file("new", b"");
    s.ok(
        "rename over a locked file",
        s.rename(&s.at("new"), &s.at("one")),
    );
    free(s, "one", &[Shared, Exclusive]);
    free(s, "three", &[]);
}

fn locks_do_not_stop_reads_and_writes(s: &Scratch<'_>) {
    if !s.unix() {
        return;
    }
    let file = s.file("file", b"old");
    s.holds("exclusive", take(s, &*file, Exclusive));
    s.ok("write by another", s.handle("file").write_all_at(b"new", 0));
    s.content("file", b"new");
    let reader = s.ok("open", s.open(&s.at("file"), &OpenOptions::read()));
    s.holds("a read handle asks as well", !take(s, &*reader, Exclusive));
    s.ok("rename", s.rename(&s.at("file"), &s.at("renamed")));
    s.ok("remove_file", s.remove_file(&s.at("renamed")));
}
