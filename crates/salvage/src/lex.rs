//! From bytes to tokens. A string that was torn open or has lost a quote costs itself, not what is behind it.

mod scan;
mod string;

use crate::report::Reason;
use crate::token::{Kind, Token};
use scan::next_token;

pub(crate) use string::{to_double_quotes, unescape};

/// Damaged places that are nearer to each other than this are one.
const GAP_MIN: u32 = 8;

/// How many tokens must make sense to believe that a quote opens a string, and how many are tried.
const SENSE_MIN: usize = 3;
const SENSE_MAX: usize = 32;

/// How many bytes are looked at for that.
const SIGHT: usize = 4 << 10;

/// A text in tokens.
#[derive(Debug)]
pub(crate) struct Lexed {
    pub(crate) tokens: Vec<Token>,
    /// Where it was left off, there being more than the limit.
    pub(crate) stopped_at: Option<usize>,
}

pub(crate) fn lex(bytes: &[u8], tokens_max: usize) -> Lexed {
    let end = bytes.len().min(u32::MAX as usize);
    let mut lexer = Lexer {
        bytes: bytes.get(..end).unwrap_or(bytes),
        tokens: Vec::new(),
        unproven: None,
    };
    let stopped_at = lexer.run(tokens_max);
    Lexed {
        tokens: merged(&lexer.tokens),
        stopped_at: stopped_at.or((end < bytes.len()).then_some(end)),
    }
}

struct Lexer<'b> {
    bytes: &'b [u8],
    tokens: Vec<Token>,
    /// The first token behind damage in the same line, until a string was met. All from there on may be
    /// the inside of a string that was opened in the damage.
    unproven: Option<usize>,
}

impl Lexer<'_> {
    fn run(&mut self, tokens_max: usize) -> Option<usize> {
        let mut at = 0;
        while let Some(token) = next_token(self.bytes, at) {
            if self.tokens.len() >= tokens_max {
                return Some(token.range().start);
            }
            at = self.take_back(token).unwrap_or_else(|| {
                self.push(token);
                token.range().end
            });
        }
        None
    }

    fn push(&mut self, token: Token) {
        self.tokens.push(token);
        if token.is_bad() {
            self.unproven = Some(self.tokens.len());
        } else if token.indent.is_some() {
            // No string holds a line end.
            self.unproven = None;
        }
    }

    /// If a string is followed by what can't follow one, its opening quote may have been a closing one.
    /// Then it is taken back as damage, and lexing goes on with the brackets before its closing quote,
    /// which opens the next string.
    fn take_back(&mut self, token: Token) -> Option<usize> {
        let string = *self.tokens.last()?;
        if string.kind != (Kind::Text { single: false })
            || token.indent.is_some()
            || string.may_precede(token)
        {
            if matches!(string.kind, Kind::Text { .. }) {
                self.unproven = None;
            }
            return None;
        }
        let (start, quote) = (string.range().start, string.range().end - 1);
        let before = self.bytes.get(..start).unwrap_or_default();
        let backslashes = before.iter().rev().take_while(|byte| **byte == b'\\').count();
        let is_escaped = backslashes % 2 == 1;
        if is_escaped || !self.makes_sense(quote) {
            return None;
        }
        let inside = self.bytes.get(start + 1..quote)?;
        let brackets = inside
            .iter()
            .rev()
            .take_while(|byte| scan::is_between_strings(**byte));
        let back = quote - brackets.count();
        self.tokens.pop();
        let mut first = string;
        if let Some(unproven) = self.unproven
            && let Some(token) = self.tokens.get(unproven)
        {
            first = *token;
            self.tokens.truncate(unproven);
        }
        let bad = Token::new(Kind::Bad(Reason::NotJson), first.range().start..back);
        self.push(Token {
            indent: first.indent,
            ..bad
        });
        Some(back)
    }

    /// Whether what follows makes sense if a string opens here.
    fn makes_sense(&self, quote: usize) -> bool {
        let end = self.bytes.len().min(quote + SIGHT);
        let bytes = self.bytes.get(..end).unwrap_or(self.bytes);
        let mut last: Option<Token> = None;
        let (mut at, mut count) = (quote, 0);
        while let Some(token) = next_token(bytes, at) {
            let makes_sense = last.is_none_or(|last| last.may_precede(token));
            if token.is_bad() || !makes_sense || count >= SENSE_MAX {
                break;
            }
            count += 1;
            (last, at) = (Some(token), token.range().end);
        }
        count >= SENSE_MIN || (count > 0 && at == self.bytes.len())
    }
}

/// Makes one of damaged places that lie close together: what is between them is noise as a rule.
fn merged(tokens: &[Token]) -> Vec<Token> {
    let mut merged: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut last_bad: Option<usize> = None;
    for token in tokens {
        let near = last_bad.filter(|&at| {
            let bad = merged.get(at);
            token.is_bad() && bad.is_some_and(|bad| token.start - bad.end < GAP_MIN)
        });
        if let Some(at) = near {
            merged.truncate(at + 1);
            if let Some(bad) = merged.last_mut() {
                bad.end = token.end;
            }
            continue;
        }
        merged.push(*token);
        if token.is_bad() {
            last_bad = Some(merged.len() - 1);
        }
    }
    merged
}
