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

/// How many strings behind damage show that it did not end inside of one.
const PROOF: usize = 2;

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
    /// The first token behind damage in the same line, and how many strings were met since. Until they
    /// are enough, all from there on may be the inside of a string that was opened in the damage.
    unproven: Option<(usize, usize)>,
}

impl Lexer<'_> {
    fn run(&mut self, tokens_max: usize) -> Option<usize> {
        let mut at = 0;
        while let Some(token) = next_token(self.bytes, at) {
            if self.tokens.len() >= tokens_max {
                return Some(token.range().start);
            }
            let back = self.take_back(token).or_else(|| self.close_unopened(token));
            at = back.unwrap_or_else(|| {
                self.push(token);
                token.range().end
            });
        }
        None
    }

    fn push(&mut self, token: Token) {
        self.tokens.push(token);
        self.unproven = match (token.kind, self.unproven) {
            (Kind::Bad(_), _) => Some((self.tokens.len(), 0)),
            // No string holds a line end.
            _ if token.indent.is_some() => None,
            (Kind::Text { .. }, Some((first, strings))) => {
                (strings < PROOF).then_some((first, strings + 1))
            }
            (_, unproven) => unproven,
        };
    }

    /// If a string is followed by what can't follow one, its opening quote may have been a closing one.
    /// Then it is taken back as damage, and lexing goes on with the brackets before its closing quote,
    /// which opens the next string.
    fn take_back(&mut self, token: Token) -> Option<usize> {
        let string = *self.tokens.last()?;
        let is_string = string.kind == (Kind::Text { single: false });
        if !is_string || token.indent.is_some() || string.may_precede(token) {
            return None;
        }
        let (start, quote) = (string.range().start, string.range().end - 1);
        let before = self.bytes.get(..start).unwrap_or_default();
        let backslashes = before.iter().rev().take_while(|byte| **byte == b'\\');
        let is_escaped = backslashes.count() % 2 == 1;
        if is_escaped || !makes_sense(self.bytes, quote, false) {
            return None;
        }
        let inside = self.bytes.get(start + 1..quote)?;
        let brackets = inside.iter().rev();
        let brackets = brackets.take_while(|byte| scan::is_between_strings(**byte));
        let back = quote - brackets.count();
        self.tokens.pop();
        self.give_up(string, back);
        Some(back)
    }

    /// If a quote behind damage opens a string that has no end, and the rest of the line makes sense
    /// without it, it closes one.
    fn close_unopened(&mut self, token: Token) -> Option<usize> {
        let (start, end) = (token.range().start, token.range().end);
        let is_string = token.is_bad() && self.bytes.get(start) == Some(&b'"');
        let is_open = matches!(self.bytes.get(end), None | Some(b'\n' | b'\r'));
        if !is_string || !is_open || self.unproven.is_none() {
            return None;
        }
        let line = self.bytes.get(..end)?;
        if !makes_sense(line, start + 1, true) {
            return None;
        }
        self.give_up(token, start + 1);
        Some(start + 1)
    }

    /// Makes damage of a token up to a place, and of all before it that may be the inside of a string.
    fn give_up(&mut self, token: Token, end: usize) {
        let mut first = token;
        if let Some((unproven, _)) = self.unproven
            && let Some(token) = self.tokens.get(unproven)
        {
            first = *token;
            self.tokens.truncate(unproven);
        }
        let bad = Token::new(Kind::Bad(Reason::NotJson), first.range().start..end);
        self.push(Token {
            indent: first.indent,
            ..bad
        });
    }
}

/// Whether what follows from here makes sense; to the end of the text?
fn makes_sense(text: &[u8], start: usize, to_end: bool) -> bool {
    let end = text.len().min(start + SIGHT);
    let bytes = text.get(..end).unwrap_or(text);
    let mut last: Option<Token> = None;
    let mut is_name = false;
    let (mut at, mut count) = (start, 0);
    while let Some(token) = next_token(bytes, at) {
        let makes_sense = last.is_none_or(|last| last.may_precede(token));
        if token.is_bad() || !makes_sense || count >= SENSE_MAX {
            break;
        }
        count += 1;
        is_name |= count == 2 && token.kind == Kind::Colon;
        (last, at) = (Some(token), token.range().end);
    }
    let is_all = count > 0 && at == text.len();
    is_all || (!to_end && (is_name || count >= SENSE_MIN))
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
