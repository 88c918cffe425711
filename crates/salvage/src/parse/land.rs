//! Where the parser goes on behind damage.

use std::ops::Range;

use super::Parser;
use super::frame::{Expect, Frame};
use super::levels::{Level, levels};
use super::touch;
use crate::report::Reason;
use crate::token::{Kind, Nest, Token};
use crate::tree::{KEPT_DEPTH, Name, Node, Start};

/// In a text with indentation, this much of a line is given up behind damage rather than guessed at.
const LINE_REST_MAX: usize = 512;

/// A piece between two damaged places that is shorter than this holds no value and its delimiters.
const ISLAND_MIN: usize = 3;

/// Where to go on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Landing {
    /// How many brackets are open.
    pub(super) depth: usize,
    /// That is no more than likely.
    is_guessed: bool,
}

impl Landing {
    fn sure(depth: usize) -> Self {
        Self {
            depth,
            is_guessed: false,
        }
    }
}

impl Parser<'_> {
    /// How many brackets are open before this token, if the parser has lost its way and this is a place
    /// to find it again; or if the indentation says that something was closed unseen.
    pub(super) fn landing(&self, at: usize, token: Token) -> Option<Landing> {
        let by_indent = self.unit.map(|unit| self.indented(unit, token));
        match (self.is_adrift, by_indent) {
            (false, None | Some(None)) => None,
            (false, Some(Some(depth))) => (depth < self.stack.len()
                && !self.is_misindented(at, token))
            .then_some(Landing::sure(depth)),
            (true, Some(Some(depth))) => self
                .is_landing_line(at, token)
                .then_some(Landing::sure(depth)),
            (true, Some(None)) if self.line_rest(at) <= LINE_REST_MAX => {
                self.depth_by_next_line(at).map(Landing::sure)
            }
            (true, _) => self
                .is_landing_island(at)
                .then(|| self.depth_by_brackets(at)),
        }
    }

    /// Whether a line contradicts the brackets before it and is damaged itself: it says nothing.
    pub(super) fn is_stray(&self, at: usize, token: Token) -> bool {
        if token.indent.is_none() || self.unit.is_none() {
            return false;
        }
        if self.is_phantom(at, token) {
            return true;
        }
        let depth = self.unit.and_then(|unit| self.indented(unit, token));
        depth.is_some_and(|depth| depth < self.stack.len())
            && !self.is_landing_line(at, token)
            && !self.is_misindented(at, token)
    }

    /// Whether a bracket at the start of a line has come with damage to its indentation: what stands behind
    /// it can't, or all is in order without it and is not with it.
    fn is_phantom(&self, at: usize, token: Token) -> bool {
        let next = self.tokens.get(at + 1);
        if !is_bracket(token) || next.is_none_or(|next| next.indent.is_some() || next.is_bad()) {
            return false;
        }
        let end = self.line_end(at);
        self.line_before(at).is_some_and(|before| {
            self.leads_past(before..at, at + 1..end) && !self.leads_past(before..at, at..end)
        })
    }

    /// Whether the lines around this one agree with each other, and not with it: then the damage is in its
    /// indentation.
    fn is_misindented(&self, at: usize, token: Token) -> bool {
        let Some(here) = self.line_depth(at) else {
            return false;
        };
        let next = self.line_end(at);
        let behind = self.line_end(next);
        if self.line_before(at).is_some_and(|before| {
            !self.leads(before..at, Some(here)) && self.leads_past(before..at, at..next)
        }) {
            return true;
        }
        // A bracket may be another than it was.
        let inside = at + usize::from(is_bracket(token));
        let opened = |to: usize| self.ending.opened(inside..to).map(i64::from);
        let leads = |to: usize| {
            self.leads(at..to, self.line_depth(to))
                || opened(to).is_some_and(|opened| Some(here + opened) == self.line_depth(to))
        };
        self.next_bad(next) > behind
            && !leads(next)
            && !leads(behind)
            && self.leads(next..behind, self.line_depth(behind))
    }

    /// Whether the brackets of whole lines lead from the indentation of the first to that of the next.
    fn leads(&self, lines: Range<usize>, to: Option<i64>) -> bool {
        let opened = self.ending.opened(lines.clone()).map(i64::from);
        matches!((self.line_depth(lines.start), opened, to), (Some(from), Some(opened), Some(to)) if from + opened == to)
    }

    /// The same for two ranges of tokens, the indentation between them aside.
    fn leads_past(&self, before: Range<usize>, behind: Range<usize>) -> bool {
        let opened = self.ending.opened(behind.clone()).map(i64::from);
        let to = self.line_depth(behind.end);
        self.next_bad(before.start) >= behind.end
            && matches!((opened, to), (Some(opened), Some(to)) if self.leads(before, Some(to - opened)))
    }

    /// How many brackets are open before this line, as its indentation says.
    fn line_depth(&self, at: usize) -> Option<i64> {
        let depth = self.indented(self.unit?, *self.tokens.get(at)?)?;
        i64::try_from(depth).ok()
    }

    /// The first token of the line before.
    fn line_before(&self, at: usize) -> Option<usize> {
        let before = self.tokens.get(..at)?;
        before.iter().rposition(|token| token.indent.is_some())
    }

    /// How many brackets are open before the first token of a line.
    fn indented(&self, unit: u16, token: Token) -> Option<usize> {
        let indent = token.indent?;
        let closes = usize::from(matches!(token.kind, Kind::Close(_)));
        let depth = usize::from(indent / unit) + closes;
        (indent % unit == 0 && depth <= self.depth_max).then_some(depth)
    }

    /// How many brackets are open in the middle of a line: as many as before the next, less those that are
    /// opened up to there.
    fn depth_by_next_line(&self, at: usize) -> Option<usize> {
        let next = self.line_end(at);
        let (here, token) = (self.tokens.get(at)?, *self.tokens.get(next)?);
        if here.indent.is_some() && is_bracket(*here) {
            // It may have come with the damage that is in its indentation.
            return None;
        }
        if self.next_bad(at) < next || !self.is_landing_line(next, token) {
            return None;
        }
        let opened = self.ending.opened(at..next)?;
        let depth = self.indented(self.unit?, token)?;
        usize::try_from(i64::try_from(depth).ok()? - i64::from(opened)).ok()
    }

    /// Whether a line is text of the document as far as can be seen: nothing in it is damaged before the comma that ends
    /// a member, and where it only closes something, nothing in the next one is.
    fn is_landing_line(&self, at: usize, token: Token) -> bool {
        let line_end = self.line_end(at);
        let end = match token.kind {
            Kind::Close(_) => self.line_end(line_end),
            _ => line_end,
        };
        let bad = self.next_bad(at);
        (bad >= end || (bad < line_end && self.is_cut_at_comma(at, bad)))
            && !self.is_phantom(at, token)
            && !self.is_misindented(at, token)
    }

    /// Whether a line is damaged right behind a member that is a scalar, and its comma.
    fn is_cut_at_comma(&self, at: usize, bad: usize) -> bool {
        let Some([.., name, colon, value, comma]) = self.tokens.get(at..bad) else {
            return false;
        };
        matches!(name.kind, Kind::Text { .. })
            && matches!(value.kind, Kind::Text { .. } | Kind::Number | Kind::Word)
            && (colon.kind, comma.kind) == (Kind::Colon, Kind::Comma)
            && !touch::is_touched_after(self.bytes, self.tokens, bad - 1)
    }

    /// The first token of the next line.
    fn line_end(&self, at: usize) -> usize {
        let after = self.tokens.get(at + 1..).unwrap_or_default();
        let len = after.iter().position(|token| token.indent.is_some());
        len.map_or(self.tokens.len(), |len| at + 1 + len)
    }

    /// How many bytes there are to the end of the line.
    fn line_rest(&self, at: usize) -> usize {
        let start = self.tokens.get(at).map_or(0, |token| token.range().start);
        let rest = self.bytes.get(start..).unwrap_or_default();
        let newline = rest
            .iter()
            .take(LINE_REST_MAX + 1)
            .position(|byte| *byte == b'\n');
        newline.unwrap_or(rest.len())
    }

    fn next_bad(&self, at: usize) -> usize {
        let next = self.bad.partition_point(|bad| *bad < at);
        self.bad.get(next).copied().unwrap_or(self.tokens.len())
    }

    fn is_landing_island(&self, at: usize) -> bool {
        let end = self.next_bad(at);
        end == self.tokens.len() || end - at >= ISLAND_MIN
    }

    fn levels(&self, at: usize) -> Vec<Level> {
        levels(self.bytes, self.tokens.get(at..).unwrap_or_default())
    }

    /// How many brackets are open, as the brackets behind this token say: counted from the end of the
    /// text where nothing else is damaged up to there; else where what follows is most like what was
    /// before.
    fn depth_by_brackets(&self, at: usize) -> Landing {
        if let Some(depth) = self.ending.depth(at) {
            return Landing::sure(depth);
        }
        let levels = self.levels(at);
        let has_open = levels.last().is_some_and(|level| level.has_content);
        let least = levels.len() - usize::from(!has_open);
        let most = least.max(self.known_stack().len()) + 1;
        let mut landing = Landing {
            depth: least,
            is_guessed: true,
        };
        let mut likeness_max = 0;
        for depth in least..=most {
            let likeness = self.likeness(depth, &levels);
            if likeness > likeness_max {
                likeness_max = likeness;
                landing = Landing::sure(depth);
            }
        }
        landing
    }

    /// Positive only if a record there has mostly the names that records here have.
    fn likeness(&self, depth: usize, levels: &[Level]) -> i32 {
        let mut likeness = 0;
        for (level, below) in levels.iter().zip((0..depth).rev()) {
            let Some(frame) = self.known_stack().get(below) else {
                continue;
            };
            if !frame.may_be(level) {
                return 0;
            }
            likeness += i32::from(level.is_like(frame));
        }
        likeness
    }

    /// What was open when that was last known.
    fn known_stack(&self) -> &[Frame] {
        self.set_aside.as_deref().unwrap_or(&self.stack)
    }

    /// Goes on before this token with so many brackets open. Containers that were open before the damage
    /// and may be open still are the same, unless what follows says that they are not.
    pub(super) fn land(&mut self, landing: Landing, at: usize) {
        if !self.is_adrift {
            let start = self.tokens.get(at).map_or(0, |token| token.range().start);
            self.add_fault(start..start, Reason::NotJson);
        }
        if let Some(known) = self.set_aside.take() {
            // That was a piece of which nobody knows where it belongs.
            self.close_to(0, at);
            self.stack = known;
        }
        if landing.is_guessed {
            self.set_aside = Some(std::mem::take(&mut self.stack));
        }
        let levels = self.levels(at);
        let mut same = landing.depth.min(self.stack.len());
        for (level, below) in levels.iter().zip((0..landing.depth).rev()) {
            if self
                .stack
                .get(below)
                .is_some_and(|frame| !frame.may_be(level))
            {
                same = same.min(below);
            }
        }
        self.close_to(same, at);
        while self.stack.len() < landing.depth {
            let level = levels.get(landing.depth - 1 - self.stack.len());
            self.push_headless(level.and_then(|level| level.nest), landing.is_guessed, at);
        }
        if let Some(frame) = self.stack.last_mut() {
            frame.expect = Expect::Anything;
            frame.pending = None;
        }
        for frame in &mut self.stack {
            frame.last_scalar = None;
        }
        self.is_adrift = false;
    }

    /// Closes all that is open, the text being over.
    pub(super) fn close_all(&mut self) {
        let end = self.tokens.len();
        self.close_to(0, end);
        if let Some(known) = self.set_aside.take() {
            self.stack = known;
            self.close_to(0, end);
        }
    }

    fn push_headless(&mut self, nest: Option<Nest>, is_guessed: bool, at: usize) {
        let parent = self.stack.last().and_then(|frame| frame.node);
        if let Some(frame) = self.stack.last_mut() {
            frame.expect = Expect::Next;
        }
        let node = (self.stack.len() < KEPT_DEPTH).then(|| {
            let mut node = Node::new(nest, Name::Gone, at);
            node.start = if is_guessed {
                Start::Guessed
            } else {
                Start::Lost
            };
            node.is_cut = true;
            self.tree.add(parent, node)
        });
        self.stack.push(Frame::headless(node, nest));
    }
}

fn is_bracket(token: Token) -> bool {
    matches!(token.kind, Kind::Open(_) | Kind::Close(_))
}
