//! From what is left to text: every lexeme as it stood.

use std::borrow::Cow;

use crate::collections::{Collections, Text};
use crate::lex::to_double_quotes;
use crate::token::{Kind, Token};
use crate::tree::{Name, Node, NodeId};

/// Writes values of one text.
pub(crate) struct Writer<'t> {
    pub(crate) text: Text<'t>,
    pub(crate) collections: &'t Collections,
    /// Tokens that JSON does not have: comments, trailing commas, single quotes.
    pub(crate) foreign: Vec<usize>,
}

impl<'t> Writer<'t> {
    pub(crate) fn new(text: Text<'t>, collections: &'t Collections, commas: &[usize]) -> Self {
        let tokens = text.tokens.iter().enumerate();
        let foreign = tokens.filter(|(at, token)| match token.kind {
            Kind::Comment | Kind::Text { single: true } => true,
            Kind::Comma => commas.binary_search(at).is_ok(),
            _ => false,
        });
        Self {
            text,
            collections,
            foreign: foreign.map(|(at, _)| at).collect(),
        }
    }

    /// A value that is whole: a slice of the text, if that is JSON.
    pub(crate) fn whole(&self, node: &Node) -> Option<Cow<'t, str>> {
        let tokens = node.tokens();
        let first = self.foreign.partition_point(|at| at < tokens.start());
        let is_json = self.foreign.get(first).is_none_or(|at| at > tokens.end());
        let (start, end) = (self.token(node.first)?.start, self.token(node.last)?.end);
        if is_json {
            let bytes = self.text.bytes.get(start as usize..end as usize)?;
            return str::from_utf8(bytes).ok().map(Cow::Borrowed);
        }
        let mut written = String::new();
        let mut last_end = start;
        for at in tokens {
            let token = self.token(at)?;
            let is_kept = token.kind != Kind::Comment
                && !(token.kind == Kind::Comma && self.foreign.binary_search(&at).is_ok());
            if is_kept {
                written.push_str(self.blank_before(at, last_end));
                written.push_str(&self.lexeme(at));
            }
            last_end = token.end;
        }
        Some(Cow::Owned(written))
    }

    /// A value of which something is missing: a collection, with what is left in it.
    pub(crate) fn left(&self, id: NodeId, into: &mut String) {
        let node = self.text.tree.get(id);
        if !node.is_cut || node.nest.is_none() {
            into.push_str(&self.whole(node).unwrap_or_default());
            return;
        }
        let is_object = node.nest == Some(crate::token::Nest::Object);
        into.push(if is_object { '{' } else { '[' });
        let mut is_first = true;
        for child in self.text.tree.children(id) {
            let value = self.text.tree.get(child);
            let is_placed = self.collections.get(&child).is_some_and(Option::is_some);
            let is_left = !value.is_cut || is_placed;
            let name = match value.name {
                Name::Member(token) => Some(token),
                _ => None,
            };
            if !is_left || is_object != name.is_some() {
                continue;
            }
            if !is_first {
                into.push(',');
            }
            is_first = false;
            into.push_str(self.blank_before(name.unwrap_or(value.first), 0));
            if let Some(name) = name {
                into.push_str(&self.lexeme(name));
                into.push(':');
                into.push_str(self.blank_before(value.first, 0));
            }
            self.left(child, into);
        }
        if node.is_closed {
            into.push_str(self.blank_before(node.last, 0));
        }
        into.push(if is_object { '}' } else { ']' });
    }

    fn token(&self, at: usize) -> Option<Token> {
        self.text.tokens.get(at).copied()
    }

    fn lexeme(&self, at: usize) -> Cow<'t, str> {
        let lexeme = self.text.token(at);
        match self.token(at).map(|token| token.kind) {
            Some(Kind::Text { single: true }) => Cow::Owned(to_double_quotes(lexeme)),
            _ => Cow::Borrowed(lexeme),
        }
    }

    /// The whitespace before a token, but not from before a place.
    fn blank_before(&self, at: usize, from: u32) -> &'t str {
        let end = self.token(at).map_or(0, |token| token.start as usize);
        let before = self.text.bytes.get(from as usize..end).unwrap_or_default();
        let is_blank = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
        let len = before.iter().rev().take_while(is_blank).count();
        let blank = before.get(before.len() - len..).unwrap_or_default();
        str::from_utf8(blank).unwrap_or_default()
    }
}
