//! What is before and behind the document.

use std::ops::Range;

use super::Gatherer;
use crate::report::{Lost, Reason, Repair, RepairKind};
use crate::token::Kind;
use crate::tree::Start;

impl Gatherer<'_> {
    /// Says what is there.
    pub(super) fn surroundings(&mut self) {
        let Some(main) = self.main.map(|main| self.text.tree.get(main)) else {
            return;
        };
        let (first, last) = (main.first, main.last);
        let document = self.range(main);
        if let Some(token) = self.text.tokens.first().filter(|_| first > 0) {
            let range =
                token.range().start..self.start(first.saturating_sub(1)).max(token.range().end);
            let end = self
                .text
                .tokens
                .get(first - 1)
                .map_or(range.end, |token| token.range().end);
            self.around(range.start..end, 0..first, &document);
        }
        if let (Some(token), Some(end)) = (self.text.tokens.get(last + 1), self.text.tokens.last())
        {
            let range = token.range().start..end.range().end;
            self.around(range, last + 1..self.text.tokens.len(), &document);
        }
    }

    fn around(&mut self, range: Range<usize>, tokens: Range<usize>, document: &Range<usize>) {
        let bytes = self.text.bytes;
        let here = bytes.get(range.clone()).unwrap_or_default();
        let pieces = self.text.tokens.get(tokens.clone()).unwrap_or_default();
        if pieces.iter().all(|token| token.kind == Kind::Comment) {
            return;
        }
        let is_behind = range.start >= document.end;
        let repair = if is_behind && here.iter().all(|byte| *byte == 0) {
            Some(RepairKind::TrailingNuls)
        } else if bytes.get(document.clone()) == Some(here) {
            Some(RepairKind::Repeated)
        } else {
            None
        };
        if let Some(kind) = repair {
            self.repairs.push(Repair { kind, range });
            return;
        }
        let roots = self
            .parsed
            .tree
            .roots
            .iter()
            .map(|root| self.text.tree.get(*root));
        let mut others = roots.filter(|root| tokens.contains(&root.first) && root.nest.is_some());
        let first_fault = self
            .parsed
            .faults
            .iter()
            .find(|fault| range.contains(&fault.range.start));
        let reason = if others.any(|root| root.start == Start::There) {
            Reason::OtherDocument
        } else if is_behind {
            Reason::TrailingBytes
        } else {
            first_fault.map_or(Reason::NotJson, |fault| fault.reason)
        };
        self.lost.push(Lost {
            range,
            collection: None,
            key: None,
            reason,
        });
    }
}
