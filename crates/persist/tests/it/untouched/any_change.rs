//! Whatever a program changes.

use std::collections::HashSet;

use persist::{Document, Json};
use proptest::prelude::*;

use super::{Book, Page, kept};
use crate::scratch::Scratch;

/// A book with a mark, unknown to the type, on everything that has an id.
fn text_of(book: &Book, gap: &str) -> String {
    let page = |page: &Page| {
        let (id, text) = (page.id, Json::encode(&page.text).unwrap());
        format!("{{{gap}\"mark\":{id}.50,\"id\":{id},{gap}\"text\": {text}{gap}}}")
    };
    let pages: Vec<_> = book.pages.iter().map(page).collect();
    let notes = book
        .notes
        .iter()
        .map(|(key, note)| format!("\"{key}\":{}", page(note)));
    let notes: Vec<_> = notes.collect();
    format!(
        "{{\"x\":1e400,\"title\":{},\"price\":{:.3},{gap}\"pages\":[{gap}{}],\"notes\":{{{}{gap}}},\"y\":[0.0]}}",
        Json::encode(&book.title).unwrap(),
        book.price,
        pages.join(","),
        notes.join(&format!(",{gap}")),
    )
}

fn page() -> impl Strategy<Value = Page> {
    (0_u8..8, "[a-c]{0,1}").prop_map(|(id, text)| Page { id, text })
}

fn book() -> impl Strategy<Value = Book> {
    let pages = prop::collection::vec(page(), 0..6).prop_map(|mut pages| {
        let mut seen = HashSet::new();
        pages.retain(|page| seen.insert(page.id));
        pages
    });
    let notes = prop::collection::btree_map("[a-d]", page(), 0..4);
    (
        "[a-c]{0,1}",
        0..4_u8,
        pages,
        notes,
        prop::option::of(0..3_i64),
    )
        .prop_map(|(title, price, pages, notes, due)| Book {
            title,
            price: f64::from(price) / 4.0,
            pages,
            notes,
            due,
        })
}

/// The marks of the pages that both have, and of the notes under the same name with the same id.
fn marks_that_stay(old: &Book, new: &Book) -> Vec<String> {
    let is_old = |page: &&Page| old.pages.iter().any(|old| old.id == page.id);
    let pages = new.pages.iter().filter(is_old);
    let notes = new
        .notes
        .iter()
        .filter(|(key, _)| old.notes.contains_key(*key));
    let of_notes = notes.map(|(key, _)| format!("\"mark\":{}.50", old.notes[key].id));
    let of_pages = pages.map(|page| format!("\"mark\":{0}.50,\"id\":{0},", page.id));
    of_pages.chain(of_notes).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_change_keeps_what_is_unknown_and_gives_the_value(
        old in book(),
        new in book(),
        gap in "[ \n]{0,2}",
    ) {
        let old = Book { due: None, ..old };
        let scratch = Scratch::new();
        let text = text_of(&old, &gap);
        scratch.write("notes.json", &text);
        let document = kept::<Book>().at(scratch.path());
        document.update(|_| ()).unwrap();
        prop_assert_eq!(scratch.text("notes.json"), text.clone() + "\n");

        document.update(|book| *book = new.clone()).unwrap();
        prop_assert_eq!(document.load_or_default().unwrap(), new.clone());
        let all = Document::<Json>::at(scratch.path()).load_or_default().unwrap();
        let all = all.to_compact();
        for mark in marks_that_stay(&old, &new) {
            prop_assert!(all.as_str().contains(&mark), "{} in {} from {}", mark, all, text);
        }
        let ends = (all.as_str().starts_with("{\"x\":1e400,"), all.as_str().ends_with("\"y\":[0.0]}"));
        prop_assert_eq!(ends, (true, true));
    }
}
