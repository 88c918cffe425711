//! Whole records inside of what is lost. A bracket that came or went makes the next records a part of the one
//! that it stands in, with nothing to show where they belong; they are well all the same.

use std::ops::{Range, RangeInclusive};

use super::frame::{Expect, Frame};
use super::touch;
use crate::token::{Kind, Token};
use crate::tree::Names;

/// The outermost objects among these tokens that are whole, and have mostly the names that records of some
/// collection have.
pub(crate) fn pieces(
    bytes: &[u8],
    tokens: &[Token],
    range: Range<usize>,
    known: &[Names],
) -> Vec<RangeInclusive<usize>> {
    let mut pieces = Pieces {
        bytes,
        tokens,
        open: Vec::new(),
        found: Vec::new(),
    };
    for at in range {
        let Some(token) = tokens.get(at) else { break };
        if pieces.read(at, *token, known).is_none() {
            // It is whole from the next bracket on at the earliest.
            pieces.open.clear();
            if let Kind::Open(nest) = token.kind {
                pieces.open.push((at, Frame::new(None, Some(nest))));
            }
        }
    }
    pieces.found
}

struct Pieces<'t> {
    bytes: &'t [u8],
    tokens: &'t [Token],
    /// With their first tokens.
    open: Vec<(usize, Frame)>,
    found: Vec<RangeInclusive<usize>>,
}

impl Pieces<'_> {
    /// One token where the grammar allows it.
    fn read(&mut self, at: usize, token: Token, known: &[Names]) -> Option<()> {
        if token.kind == Kind::Comment {
            return Some(());
        }
        let (_, frame) = self.open.last_mut()?;
        match token.kind {
            Kind::Open(nest) => {
                frame.begin_value(true)?;
                self.open.push((at, Frame::new(None, Some(nest))));
            }
            Kind::Close(nest) => {
                let is_end = matches!(frame.expect, Expect::First | Expect::Next);
                if frame.nest != Some(nest) || !is_end {
                    return None;
                }
                let (first, frame) = self.open.pop()?;
                self.close(first, at, frame.names, known);
            }
            Kind::Comma if frame.expect == Expect::Next => frame.expect = Expect::AfterComma,
            Kind::Colon if frame.expect == Expect::Colon => frame.expect = Expect::Value,
            Kind::Text { .. } if frame.expects_name() => {
                frame.names.add(self.bytes.get(token.range())?);
                frame.expect = Expect::Colon;
            }
            Kind::Text { .. } | Kind::Number | Kind::Word => {
                frame.begin_value(false)?;
            }
            _ => return None,
        }
        Some(())
    }

    fn close(&mut self, first: usize, last: usize, names: Names, known: &[Names]) {
        let is_like = known.iter().any(|known| names.are_mostly_in(*known));
        let is_touched = touch::is_touched_before(self.bytes, self.tokens, first)
            || touch::is_touched_after(self.bytes, self.tokens, last);
        if is_like && !is_touched {
            while self.found.pop_if(|inner| *inner.start() > first).is_some() {}
            self.found.push(first..=last);
        }
    }
}
