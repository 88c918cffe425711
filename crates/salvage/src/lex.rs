//! From bytes to tokens. A string that was torn open or has lost a quote costs itself, not what is behind it.

mod scan;
mod string;

use crate::report::Reason;
use crate::token::{Kind, Token};
use scan::next_token;

pub(crate) use string::{to_double_quotes, unescape};

/// Damaged places that are nearer to each other than this are one.
const GAP_MIN: u32 = 8;

/// So many bytes that no text would have there are more than a few that were hit.
const HOLE_MIN: usize = 8;

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
            let back = self.take_back(token);
            let back = back.or_else(|| self.doubt_comment(token));
            let back = back.or_else(|| self.turn_round(token));
            let back = back.or_else(|| self.cut_short(token));
            let back = back.or_else(|| self.pass_stray(token));
            at = back.unwrap_or_else(|| {
                self.push(token);
                token.range().end
            });
        }
        None
    }

    fn push(&mut self, mut token: Token) {
        if let Some(island) = self.island(token)
            && let Some(first) = self.tokens.get(island)
        {
            token.start = first.start;
            self.tokens.truncate(island);
        }
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

    /// The first token between two damaged places in a line, of which one is a hole, if it all may be a
    /// piece of a string that began in the one and ended in the other.
    fn island(&self, damage: Token) -> Option<usize> {
        let (first, strings) = self.unproven.filter(|_| damage.is_bad())?;
        let before = self.tokens.get(first.checked_sub(1)?)?;
        let is_strange = |byte: &&u8| !(b' '..0x7f).contains(*byte);
        let is_hole = |bad: Token| {
            let bytes = self.bytes.get(bad.range()).unwrap_or_default();
            bytes.iter().filter(is_strange).count() >= HOLE_MIN
        };
        // A string that the damage contradicts is the gap between two others.
        let last = self.tokens.last()?;
        let is_gap = strings == 1 && last.kind == (Kind::Text { single: false });
        let is_in_line = damage.indent.is_none() && self.tokens.len() > first;
        (is_in_line && (strings == 0 || is_gap) && (is_hole(*before) || is_hole(damage)))
            .then_some(first)
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
        if is_escaped || !sense(self.bytes, quote).makes_sense() {
            return None;
        }
        let back = self.before_quote(start, quote)?;
        self.tokens.pop();
        self.give_up(string, back);
        Some(back)
    }

    /// If a string says nothing, and its closing quote may as well open one, it has lost its own.
    fn cut_short(&mut self, token: Token) -> Option<usize> {
        let (start, quote) = (token.range().start, token.range().end - 1);
        let is_string = token.is_bad() && self.bytes.get(start) == Some(&b'"') && quote > start;
        if !is_string || self.bytes.get(quote) != Some(&b'"') {
            return None;
        }
        let opens = sense(self.bytes, quote);
        if !opens.makes_sense() || opens.count <= sense(self.bytes, quote + 1).count {
            return None;
        }
        let back = self.before_quote(start, quote)?;
        self.give_up(token, back);
        Some(back)
    }

    /// Where the brackets begin that stand before a quote.
    fn before_quote(&self, start: usize, quote: usize) -> Option<usize> {
        let inside = self.bytes.get(start + 1..quote)?.iter().rev();
        let brackets = inside.take_while(|byte| scan::is_between_strings(**byte));
        Some(quote - brackets.count())
    }

    /// If a quote is the first behind damage, or stands where no string can begin, and what follows makes
    /// more sense if none does, it is none that opens a string: it closes one, or is damage.
    fn turn_round(&mut self, token: Token) -> Option<usize> {
        let start = token.range().start;
        let is_first = matches!(self.unproven, Some((_, 0)));
        let last = self.tokens.last().filter(|_| token.indent.is_none());
        let string = Token {
            kind: Kind::Text { single: false },
            ..token
        };
        let is_misplaced = last.is_some_and(|last| !last.is_bad() && !last.may_precede(string));
        if self.bytes.get(start) != Some(&b'"') || !(is_first || is_misplaced) {
            return None;
        }
        let closes = sense(self.bytes, start + 1);
        let may_close = closes
            .first
            .is_some_and(|first| matches!(first, Kind::Comma | Kind::Colon | Kind::Close(_)));
        // In a number, or at its end.
        let may_be_none = is_misplaced && token.is_bad() && closes.is_all;
        let is_sense = may_close && closes.makes_sense();
        if !(may_be_none || is_sense) || closes.count <= sense(self.bytes, start).count {
            return None;
        }
        self.give_up(token, start + 1);
        Some(start + 1)
    }

    /// A comment in the line of damage is damage itself: what stands behind it may be none.
    fn doubt_comment(&mut self, token: Token) -> Option<usize> {
        let is_doubtful = token.kind == Kind::Comment && self.unproven.is_some();
        if !is_doubtful || token.indent.is_some() {
            return None;
        }
        let (start, end) = (token.range().start, token.range().start + 2);
        self.push(Token::new(Kind::Bad(Reason::NotJson), start..end));
        Some(end)
    }

    /// If a quote stands in the indentation of a line that is nothing but brackets, it is no more than that.
    fn pass_stray(&mut self, token: Token) -> Option<usize> {
        let (start, end) = (token.range().start, token.range().end);
        let is_string = token.is_bad() && self.bytes.get(start) == Some(&b'"');
        let is_line = token.indent.is_some() && matches!(self.bytes.get(end), Some(b'\n' | b'\r'));
        if !is_string || !is_line {
            return None;
        }
        let inside = self.bytes.get(start + 1..end)?;
        if !inside.iter().all(|byte| scan::is_between_strings(*byte)) {
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

/// How far what follows makes sense.
struct Sense {
    first: Option<Kind>,
    /// How many tokens.
    count: usize,
    /// It begins with a name and a colon.
    is_named: bool,
    /// To the end of the text.
    is_all: bool,
}

impl Sense {
    fn makes_sense(&self) -> bool {
        self.is_all || self.is_named || self.count >= SENSE_MIN
    }
}

fn sense(text: &[u8], start: usize) -> Sense {
    let end = text.len().min(start + SIGHT);
    let bytes = text.get(..end).unwrap_or(text);
    let mut sense = Sense {
        first: None,
        count: 0,
        is_named: false,
        is_all: false,
    };
    let mut last: Option<Token> = None;
    let mut at = start;
    while let Some(token) = next_token(bytes, at) {
        let makes_sense = last.is_none_or(|last| last.may_precede(token));
        if token.is_bad() || !makes_sense || sense.count >= SENSE_MAX {
            break;
        }
        sense.first = sense.first.or(Some(token.kind));
        sense.count += 1;
        sense.is_named |= sense.count == 2 && token.kind == Kind::Colon;
        (last, at) = (Some(token), token.range().end);
    }
    sense.is_all = sense.count > 0 && at == text.len();
    sense
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
