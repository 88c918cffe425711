//! From tokens to a tree. What contradicts the grammar is damage; behind it the parser lands where the
//! text itself says it is.

mod frame;
mod land;
mod levels;
mod pieces;
mod touch;
mod values;

use std::ops::Range;

use crate::indent;
use crate::report::Reason;
use crate::token::{Kind, Nest, Token};
use crate::tree::{KEPT_DEPTH, Name, Node, NodeId, Start, Tree};
use frame::{Expect, Frame};

pub(crate) use pieces::pieces;

/// A text, taken apart.
#[derive(Debug)]
pub(crate) struct Parsed {
    pub(crate) tree: Tree,
    pub(crate) faults: Vec<Fault>,
    /// Commas before a closing bracket.
    pub(crate) trailing_commas: Vec<usize>,
    /// How many brackets were open where the text ends.
    pub(crate) open_at_end: usize,
}

/// A place where the text is not JSON.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    pub(crate) range: Range<usize>,
    pub(crate) reason: Reason,
    /// The outermost container around it.
    pub(crate) root: Option<NodeId>,
    /// The innermost container around it that the tree has.
    pub(crate) around: Option<NodeId>,
    /// The value that was being read in there.
    pub(crate) name: Name,
}

/// Takes a text apart: by its brackets alone if they are in order, with the help of its indentation if
/// they are not.
pub(crate) fn parse(bytes: &[u8], tokens: &[Token], depth_max: usize) -> Parsed {
    let by_brackets = Parser::new(bytes, tokens, depth_max).run();
    if by_brackets.faults.is_empty() {
        return by_brackets;
    }
    match indent::unit(tokens) {
        None => by_brackets,
        Some(unit) => {
            let mut parser = Parser::new(bytes, tokens, depth_max);
            parser.unit = Some(unit);
            parser.run()
        }
    }
}

struct Parser<'t> {
    bytes: &'t [u8],
    tokens: &'t [Token],
    depth_max: usize,
    /// By how much a level is indented, where that is to be believed.
    unit: Option<u16>,
    tree: Tree,
    stack: Vec<Frame>,
    /// The stack from before damage, while a piece is read of which nobody knows where it belongs.
    set_aside: Option<Vec<Frame>>,
    /// Behind damage, and not landed yet.
    is_adrift: bool,
    /// How many brackets are open beyond those that may be.
    too_deep: usize,
    faults: Vec<Fault>,
    trailing_commas: Vec<usize>,
    /// Where damaged tokens are.
    bad: Vec<usize>,
    ending: levels::Ending,
}

/// A token that can't stand where it stands.
struct Misplaced;

impl<'t> Parser<'t> {
    fn new(bytes: &'t [u8], tokens: &'t [Token], depth_max: usize) -> Self {
        let bad = tokens.iter().enumerate();
        let bad = bad.filter(|(_, token)| token.is_bad()).map(|(at, _)| at);
        Self {
            bytes,
            tokens,
            depth_max,
            unit: None,
            tree: Tree::default(),
            stack: Vec::new(),
            set_aside: None,
            is_adrift: false,
            too_deep: 0,
            faults: Vec::new(),
            trailing_commas: Vec::new(),
            bad: bad.collect(),
            ending: levels::Ending::of(tokens),
        }
    }

    fn run(mut self) -> Parsed {
        for (at, token) in self.tokens.iter().enumerate() {
            match token.kind {
                Kind::Comment => {}
                Kind::Bad(reason) => self.fault(at, reason),
                _ => self.read(at, *token),
            }
        }
        let open_at_end = self.stack.len() + self.set_aside.as_ref().map_or(0, Vec::len);
        if open_at_end > 0 {
            self.add_fault(self.bytes.len()..self.bytes.len(), Reason::CutOff);
            self.close_all();
        }
        Parsed {
            tree: self.tree,
            faults: self.faults,
            trailing_commas: self.trailing_commas,
            open_at_end,
        }
    }

    fn read(&mut self, at: usize, token: Token) {
        if self.too_deep > 0 {
            self.skip_deep(token);
            return;
        }
        if !self.is_adrift && self.is_stray(at, token) {
            self.add_fault(token.range(), Reason::NotJson);
        }
        if let Some(landing) = self.landing(at, token) {
            self.land(landing, at);
        }
        if self.is_adrift {
            self.drift(token);
            return;
        }
        let reason = match self.step(at, token) {
            Ok(()) => return,
            Err(Misplaced) if self.stack.is_empty() => Reason::TrailingBytes,
            Err(Misplaced) if matches!(token.kind, Kind::Open(_)) && self.is_deep() => {
                Reason::TooDeep
            }
            Err(Misplaced) => Reason::NotJson,
        };
        let start = token.range().start;
        self.drop_suspect(at);
        self.add_fault(start..start, reason);
        if reason == Reason::TooDeep {
            self.skip_deep(token);
            return;
        }
        // A bracket that closes something else says nothing about where we are, nor does one that opens
        // something where by the indentation we are not.
        let landing = self.landing(at, token).filter(|landing| match token.kind {
            Kind::Close(_) => false,
            Kind::Open(_) if self.unit.is_some() => landing.depth == self.stack.len(),
            Kind::Open(_) => !self.is_too_many(landing.depth),
            _ => true,
        });
        if let Some(landing) = landing {
            self.land(landing, at);
            if self.step(at, token).is_ok() {
                return;
            }
            self.is_adrift = true;
        }
        self.drift(token);
    }

    /// Whether so many open brackets are right without the one that comes, and not with it: no container
    /// without a name can stand where it would.
    fn is_too_many(&self, depth: usize) -> bool {
        let parent = depth
            .checked_sub(1)
            .and_then(|parent| self.stack.get(parent));
        depth + 1 == self.stack.len()
            && parent.is_some_and(|parent| parent.nest == Some(Nest::Object))
    }

    /// What is too deep is passed over by its brackets.
    fn skip_deep(&mut self, token: Token) {
        self.drift(token);
        match token.kind {
            Kind::Open(_) => self.too_deep += 1,
            Kind::Close(_) => self.too_deep -= 1,
            _ => {}
        }
        if let Some(frame) = self.stack.last_mut().filter(|_| self.too_deep == 0) {
            frame.expect = Expect::Next;
            self.is_adrift = false;
        }
    }

    fn is_deep(&self) -> bool {
        self.stack.len() >= self.depth_max
    }

    /// A damaged token.
    fn fault(&mut self, at: usize, reason: Reason) {
        self.too_deep = 0;
        let range = self
            .tokens
            .get(at)
            .map(|token| token.range())
            .unwrap_or_default();
        let opened = self.stack.last().and_then(|frame| frame.node);
        if let Some(node) = opened.map(|node| self.tree.get_mut(node))
            && node.first + 1 == at
            && node.start == Start::There
            && touch::is_touched_after(self.bytes, self.tokens, node.first)
        {
            // The bracket may be a part of the damage.
            node.start = Start::Lost;
            node.name = Name::Gone;
        }
        self.add_fault(range, reason);
    }

    /// Whatever is open is not whole any more, and nobody knows where in it the next token is.
    fn add_fault(&mut self, range: Range<usize>, reason: Reason) {
        if self.is_adrift
            && let Some(fault) = self.faults.last_mut()
        {
            fault.range.end = range.end;
            return;
        }
        self.is_adrift = true;
        let mut name = Name::Gone;
        let mut around = None;
        for frame in &mut self.stack {
            frame.count = None;
            if let Some(node) = frame.node {
                self.tree.get_mut(node).is_cut = true;
                around = Some(node);
                name = frame.pending_name();
            }
            frame.pending = None;
        }
        let known = self.set_aside.as_ref().unwrap_or(&self.stack);
        self.faults.push(Fault {
            range,
            reason,
            root: known.first().and_then(|frame| frame.node),
            around,
            name,
        });
    }

    /// A token that belongs to the damage before it.
    fn drift(&mut self, token: Token) {
        if let Some(fault) = self.faults.last_mut() {
            fault.range.end = fault.range.end.max(token.range().end);
        }
    }

    /// One token where the grammar allows it.
    fn step(&mut self, at: usize, token: Token) -> Result<(), Misplaced> {
        match token.kind {
            Kind::Open(nest) => self.open(at, nest),
            Kind::Close(nest) => self.close(at, nest),
            Kind::Comma => self.comma(),
            Kind::Colon => self.colon(),
            _ => self.scalar(at, token),
        }
    }

    fn open(&mut self, at: usize, nest: Nest) -> Result<(), Misplaced> {
        if self.is_deep() {
            return Err(Misplaced);
        }
        let name = match self.stack.last_mut() {
            None => Name::Root,
            Some(frame) => frame.begin_value(true).ok_or(Misplaced)?,
        };
        self.push(nest, name, at);
        Ok(())
    }

    fn push(&mut self, nest: Nest, name: Name, first: usize) {
        let parent = self.stack.last().and_then(|frame| frame.node);
        let is_kept = self.stack.len() < KEPT_DEPTH;
        let node = is_kept.then(|| self.tree.add(parent, Node::new(Some(nest), name, first)));
        self.stack.push(Frame::new(node, Some(nest)));
    }

    fn close(&mut self, at: usize, nest: Nest) -> Result<(), Misplaced> {
        let frame = self.stack.last_mut().ok_or(Misplaced)?;
        if frame.nest.is_some_and(|opened| opened != nest) {
            return Err(Misplaced);
        }
        match frame.expect {
            Expect::Colon | Expect::Value => return Err(Misplaced),
            // A bracket where none may be, beside damage, is a piece of it.
            Expect::AfterComma if touch::is_touched_after(self.bytes, self.tokens, at) => {
                return Err(Misplaced);
            }
            Expect::AfterComma => {
                let before = self.tokens.get(..at).unwrap_or_default();
                let comma = before.iter().rposition(|token| token.kind == Kind::Comma);
                self.trailing_commas.extend(comma);
            }
            Expect::First | Expect::Next | Expect::Anything => {}
        }
        self.commit();
        let Some(mut frame) = self.stack.pop() else {
            return Err(Misplaced);
        };
        frame.nest = Some(nest);
        self.settle(&frame, at, true);
        Ok(())
    }

    /// What a container was, once it is over.
    fn settle(&mut self, frame: &Frame, last: usize, is_closed: bool) {
        if let Some(id) = frame.node {
            let node = self.tree.get_mut(id);
            // Nothing that came out of the damage has shown it: anything but a scalar.
            node.nest = frame.nest.or(Some(Nest::Object));
            node.names = frame.names;
            node.last = last;
            node.is_closed = is_closed;
            node.is_cut |= !is_closed
                || touch::is_touched_before(self.bytes, self.tokens, node.first)
                || touch::may_be_in_string(self.tokens, node.first..last)
                || touch::is_touched_after(self.bytes, self.tokens, last);
        }
        if let Some(parent) = self.stack.last_mut() {
            parent.known.add_all(frame.names);
            parent.known_records += usize::from(!frame.names.is_empty());
        }
    }

    /// Closes what is open above a depth: the end of it is in the damage.
    fn close_to(&mut self, depth: usize, at: usize) {
        while self.stack.len() > depth {
            if let Some(frame) = self.stack.pop() {
                self.settle(&frame, at.saturating_sub(1), false);
            }
        }
    }
}
