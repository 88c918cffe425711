//! What stands between the brackets: names, scalars, and what delimits them.

use super::frame::{Expect, Scalar};
use super::{Misplaced, Parser, touch};
use crate::token::{Kind, Nest, Token};
use crate::tree::{KEPT_DEPTH, Name, Node};

impl Parser<'_> {
    pub(super) fn comma(&mut self) -> Result<(), Misplaced> {
        let frame = self.stack.last_mut().ok_or(Misplaced)?;
        match frame.expect {
            Expect::Next | Expect::Anything => {
                frame.expect = Expect::AfterComma;
                self.commit();
                Ok(())
            }
            _ => Err(Misplaced),
        }
    }

    pub(super) fn colon(&mut self) -> Result<(), Misplaced> {
        let frame = self.stack.last_mut().ok_or(Misplaced)?;
        match (frame.expect, frame.nest) {
            (Expect::Colon, _) => {}
            (Expect::Anything, None | Some(Nest::Object)) => {
                frame.nest = Some(Nest::Object);
                frame.name = Name::Gone;
            }
            _ => return Err(Misplaced),
        }
        frame.expect = Expect::Value;
        Ok(())
    }

    pub(super) fn scalar(&mut self, at: usize, token: Token) -> Result<(), Misplaced> {
        let is_text = matches!(token.kind, Kind::Text { .. });
        let is_named = is_text && self.next_kind(at) == Some(Kind::Colon);
        let Some(frame) = self.stack.last_mut() else {
            self.tree.add(None, Node::new(None, Name::Root, at));
            return Ok(());
        };
        if is_named && frame.nest == Some(Nest::Array) {
            return Err(Misplaced);
        }
        // What touches the damage on its left may have begun in it.
        let is_delimited = frame.expect != Expect::Anything
            || token.indent.is_some()
            || is_after_comma(self.tokens.get(..at).unwrap_or_default());
        let name = if is_delimited {
            Name::Member(at)
        } else {
            Name::Gone
        };
        if is_text && (is_named || frame.expects_name()) && frame.begin_name(name) {
            if let Some(name) = self.bytes.get(token.range()) {
                frame.names.add(name);
            }
            return Ok(());
        }
        let name = frame.begin_value(false).ok_or(Misplaced)?;
        frame.pending = Some(Scalar {
            name,
            token: at,
            is_delimited,
        });
        Ok(())
    }

    /// A scalar is one once what delimits it on its right has been seen.
    pub(super) fn commit(&mut self) {
        let Some(frame) = self.stack.last_mut() else {
            return;
        };
        frame.last_scalar = None;
        let Some(scalar) = frame.pending.take() else {
            return;
        };
        if let Some(parent) = frame.node
            && self.stack.len() < KEPT_DEPTH
        {
            let mut node = Node::new(None, scalar.name, scalar.token);
            // A number is as long as its delimiters say, if they are none of the damage.
            node.is_cut = !scalar.is_delimited
                || touch::is_touched_before(
                    self.bytes,
                    self.tokens,
                    scalar.token.saturating_sub(1),
                )
                || touch::is_touched_after(self.bytes, self.tokens, scalar.token + 1);
            let id = self.tree.add(Some(parent), node);
            if let Some(frame) = self.stack.last_mut() {
                frame.last_scalar = Some(id);
            }
        }
    }

    fn next_kind(&self, at: usize) -> Option<Kind> {
        let mut after = self.tokens.get(at + 1..)?.iter();
        after
            .find(|token| token.kind != Kind::Comment)
            .map(|token| token.kind)
    }

    /// A comma that nothing can follow may be a digit that was changed: the number before it is no
    /// longer believed.
    pub(super) fn drop_suspect(&mut self, at: usize) {
        let before = at.checked_sub(2).map(|number| (number, number + 1));
        let Some((number, comma)) = before else {
            return;
        };
        let is_number = self
            .tokens
            .get(number)
            .is_some_and(|token| token.kind == Kind::Number);
        let is_comma = self
            .tokens
            .get(comma)
            .is_some_and(|token| token.kind == Kind::Comma);
        let same_line = self
            .tokens
            .get(at)
            .is_some_and(|token| token.indent.is_none());
        if let Some(frame) = self.stack.last()
            && let Some(last) = frame.last_scalar
            && is_number
            && is_comma
            && same_line
            && self.tree.get(last).first == number
        {
            self.tree.get_mut(last).is_cut = true;
        }
    }
}

/// Whether the last token is a comma, and not one that stands in damage.
fn is_after_comma(tokens: &[Token]) -> bool {
    let mut before = tokens.iter().rev();
    let is_comma = before.next().is_some_and(|token| token.kind == Kind::Comma);
    is_comma && before.next().is_some_and(|token| !token.is_bad())
}
