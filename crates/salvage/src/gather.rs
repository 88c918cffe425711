//! From a tree to the answer.

mod surroundings;

use std::borrow::Cow;
use std::ops::Range;

use crate::collections::{self, Collections, Text};
use crate::lex::{Lexed, lex, unescape};
use crate::options::Options;
use crate::parse::{Fault, Parsed, parse, pieces};
use crate::report::{Key, Lost, Reason, Record, Repair, RepairKind, Salvage};
use crate::source::Source;
use crate::token::{Kind, Nest};
use crate::tree::{Name, Names, Node, NodeId, Start};
use crate::write::Writer;

pub(crate) fn salvage<'a>(input: &'a [u8], options: &Options) -> Salvage<'a> {
    let source = Source::new(input);
    let bytes: &[u8] = &source.bytes;
    let Lexed { tokens, stopped_at } = lex(bytes, options.values_max);
    let parsed = parse(bytes, &tokens, options.depth_max);
    let text = Text {
        bytes,
        tokens: &tokens,
        tree: &parsed.tree,
    };
    let mut collections = Collections::new();
    for root in &parsed.tree.roots {
        collections::find(text, *root, &options.collections, &mut collections);
    }
    let main = main_root(text);
    let mut gatherer = Gatherer {
        text,
        parsed: &parsed,
        writer: Writer::new(text, &collections, &parsed.trailing_commas),
        main,
        records: Vec::new(),
        lost: Vec::new(),
        cut: Vec::new(),
        repairs: Vec::new(),
    };
    gatherer.gather(stopped_at);
    let written = gatherer.text();
    let Gatherer {
        records,
        lost,
        repairs,
        ..
    } = gatherer;
    // What is a slice of the input stays one.
    let is_input = matches!(source.bytes, Cow::Borrowed(_));
    let start = source.to_input(0..0).start;
    let kept = |text: Cow<'_, str>, range: &Range<usize>| -> Cow<'a, str> {
        let slice = input.get(start + range.start..start + range.end);
        match (text, slice.and_then(|slice| str::from_utf8(slice).ok())) {
            (Cow::Borrowed(_), Some(slice)) if is_input => Cow::Borrowed(slice),
            (text, _) => Cow::Owned(text.into_owned()),
        }
    };
    let records = records.into_iter().map(|record| Record {
        text: kept(record.text, &record.range),
        range: source.to_input(record.range),
        collection: record.collection,
        key: record.key,
        in_text: record.in_text,
    });
    let lost = lost.into_iter().map(|lost| Lost {
        range: source.to_input(lost.range),
        ..lost
    });
    let inside = repairs.into_iter().map(|repair| Repair {
        range: source.to_input(repair.range),
        ..repair
    });
    let is_whole = main.is_some_and(|main| !parsed.tree.get(main).is_cut) && written.is_some();
    Salvage {
        is_whole,
        text: written.map(|text| kept(text, &(0..bytes.len()))),
        records: records.collect(),
        lost: lost.collect(),
        repairs: source.repairs.iter().cloned().chain(inside).collect(),
    }
}

/// The document that the text is made of: the first whole one, else the first of which the beginning is
/// there, else the first.
fn main_root(text: Text<'_>) -> Option<NodeId> {
    let rank = |id: &&NodeId| {
        let node = text.tree.get(**id);
        (
            node.nest.is_some(),
            node.start == Start::There && node.is_closed,
            node.start == Start::There,
        )
    };
    // `max_by_key` takes the last of equals.
    text.tree.roots.iter().rev().max_by_key(rank).copied()
}

struct Gatherer<'t> {
    text: Text<'t>,
    parsed: &'t Parsed,
    writer: Writer<'t>,
    main: Option<NodeId>,
    records: Vec<Record<'t>>,
    lost: Vec<Lost>,
    /// The tokens of lost records, their own brackets aside.
    cut: Vec<Range<usize>>,
    repairs: Vec<Repair>,
}

impl<'t> Gatherer<'t> {
    fn gather(&mut self, stopped_at: Option<usize>) {
        for root in &self.parsed.tree.roots {
            self.collect(*root, Some(*root) == self.main);
        }
        self.pieces();
        self.lost.sort_by_key(|lost| lost.range.start);
        self.faults();
        self.surroundings();
        if let Some(stopped_at) = stopped_at {
            self.lost.push(Lost {
                range: stopped_at..self.text.bytes.len(),
                collection: None,
                key: None,
                reason: Reason::TooMany,
            });
        }
        self.syntax();
        self.records.sort_by_key(|record| record.range.start);
        self.lost
            .sort_by_key(|lost| (lost.range.start, lost.range.end));
        self.repairs.sort_by_key(|repair| repair.range.start);
    }

    /// The records of a collection, and of those in it. Never deeper than the tree.
    fn collect(&mut self, id: NodeId, is_main: bool) {
        let pointer = self
            .writer
            .collections
            .get(&id)
            .cloned()
            .flatten()
            .filter(|_| is_main);
        let Some(nest) = self.text.tree.get(id).nest else {
            return;
        };
        for child in self.text.tree.children(id) {
            let node = self.text.tree.get(child);
            if self.writer.collections.contains_key(&child) {
                self.collect(child, is_main);
                continue;
            }
            let key = self.key(node.name);
            let range = self.range(node);
            let whole = if node.is_cut {
                None
            } else {
                self.writer.whole(node)
            };
            if let Some(text) = whole {
                let has_place = nest == Nest::Array || key.is_some();
                self.records.push(Record {
                    in_text: pointer.is_some() && has_place,
                    collection: pointer.clone(),
                    key,
                    range,
                    text,
                });
                continue;
            }
            if node.nest.is_some() {
                self.cut.push(node.first + 1..node.last + 1);
            }
            if is_main {
                let start = match node.name {
                    Name::Member(token) => self.start(token),
                    _ => range.start,
                };
                self.lost.push(Lost {
                    range: start..range.end.max(start),
                    collection: pointer.as_deref().map(str::to_owned),
                    key,
                    reason: Reason::NotJson,
                });
            }
        }
    }

    /// Records that stand in lost ones, being like those of a collection. Nobody knows their place.
    fn pieces(&mut self) {
        let Text {
            bytes,
            tokens,
            tree,
        } = self.text;
        let whole = |id: NodeId| {
            let children = tree.children(id).map(|child| tree.get(child));
            let whole = children.filter(|child| !child.is_cut && child.nest.is_some());
            whole.fold(Names::default(), |mut names, child| {
                names.add_all(child.names);
                names
            })
        };
        let known: Vec<Names> = self
            .writer
            .collections
            .keys()
            .map(|id| whole(*id))
            .collect();
        for lost in &self.cut {
            for piece in pieces(bytes, tokens, lost.clone(), &known) {
                let mut node = Node::new(Some(Nest::Object), Name::Gone, *piece.start());
                node.last = *piece.end();
                if let Some(text) = self.writer.whole(&node) {
                    self.records.push(Record {
                        collection: None,
                        key: None,
                        range: self.range(&node),
                        text,
                        in_text: false,
                    });
                }
            }
        }
    }

    fn key(&self, name: Name) -> Option<Key> {
        match name {
            Name::Member(token) => Some(Key::Member(unescape(self.text.token(token)))),
            Name::Index(index) => Some(Key::Index(index)),
            Name::Root | Name::Gone => None,
        }
    }

    fn start(&self, token: usize) -> usize {
        self.text
            .tokens
            .get(token)
            .map_or(0, |token| token.range().start)
    }

    fn range(&self, node: &Node) -> Range<usize> {
        let end = self
            .text
            .tokens
            .get(node.last)
            .map_or(0, |token| token.range().end);
        self.start(node.first)..end
    }

    /// Each fault belongs to a lost record, or is one itself.
    fn faults(&mut self) {
        let main = self.main.map(|main| self.range(self.text.tree.get(main)));
        let mut own = Vec::new();
        for fault in &self.parsed.faults {
            let is_inside = main.as_ref().is_some_and(|main| {
                let starts_in = main.contains(&fault.range.start);
                starts_in || (fault.root.is_some() && fault.root == self.main)
            });
            let is_all = main.is_none();
            if !is_inside && !is_all {
                continue;
            }
            let before = self
                .lost
                .partition_point(|lost| lost.range.start <= fault.range.start);
            let hit = before
                .checked_sub(1)
                .and_then(|before| self.lost.get_mut(before));
            let bytes = self.text.bytes;
            let is_hit = |lost: &&mut Lost| {
                let between = bytes.get(lost.range.end..fault.range.start);
                between.is_none_or(|between| between.trim_ascii().is_empty())
            };
            match hit.filter(is_hit) {
                Some(lost) => {
                    lost.range.end = lost.range.end.max(fault.range.end);
                    if lost.reason == Reason::NotJson {
                        lost.reason = fault.reason;
                    }
                }
                None => own.push(self.lost_by(fault)),
            }
        }
        self.lost.append(&mut own);
    }

    fn lost_by(&self, fault: &Fault) -> Lost {
        let pointer = fault
            .around
            .and_then(|around| self.writer.collections.get(&around));
        let pointer = pointer.cloned().flatten();
        Lost {
            range: fault.range.clone(),
            collection: pointer.as_deref().map(str::to_owned),
            key: pointer.and_then(|_| self.key(fault.name)),
            reason: fault.reason,
        }
    }

    /// What was put right inside.
    fn syntax(&mut self) {
        let range = |at: usize| {
            self.text
                .tokens
                .get(at)
                .map(|token| token.range())
                .unwrap_or_default()
        };
        for at in &self.writer.foreign {
            let kind = match self.text.tokens.get(*at).map(|token| token.kind) {
                Some(Kind::Comment) => RepairKind::Comment,
                Some(Kind::Comma) => RepairKind::TrailingComma,
                _ => RepairKind::SingleQuotes,
            };
            self.repairs.push(Repair {
                kind,
                range: range(*at),
            });
        }
        if self.parsed.open_at_end > 0 {
            let end = self.text.bytes.len();
            self.repairs.push(Repair {
                kind: RepairKind::MissingBrackets,
                range: end..end,
            });
        }
    }

    fn text(&self) -> Option<Cow<'t, str>> {
        let main = self
            .main
            .filter(|main| self.text.tree.get(*main).start != Start::Guessed)?;
        let is_as_it_stood =
            self.parsed.faults.is_empty() && self.repairs.is_empty() && self.lost.is_empty();
        if is_as_it_stood {
            return str::from_utf8(self.text.bytes).ok().map(Cow::Borrowed);
        }
        let mut written = String::new();
        self.writer.left(main, &mut written);
        let node = self.text.tree.get(main);
        let is_empty = match node.nest {
            // A scalar among damage is not a document.
            None => !self.parsed.faults.is_empty() || !self.lost.is_empty(),
            Some(_) => node.is_cut && !self.records.iter().any(Record::in_text),
        };
        if is_empty {
            return None;
        }
        // The line end of a document stays, whatever follows.
        let after = self.text.bytes.get(self.range(node).end..);
        let mut blanks = after
            .unwrap_or_default()
            .iter()
            .take_while(|byte| byte.is_ascii_whitespace());
        if blanks.any(|byte| *byte == b'\n') {
            written.push('\n');
        }
        Some(Cow::Owned(written))
    }
}
