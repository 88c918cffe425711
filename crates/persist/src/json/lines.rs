//! Where a text breaks into lines. The one place that lays JSON out, for values and for texts.

use std::io;

use serde::Serialize;
use serde_json::ser::Formatter;

use super::scan::Tokens;

/// What an inner line begins with, beyond the one around it.
const INDENT: &str = "  ";

/// A layout: the outer levels in lines, one item each, the inner ones on one line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lines<'m> {
    /// What every line but the first begins with.
    margin: &'m str,
    /// How many levels are broken into lines.
    levels: usize,
    /// The level that is being written.
    depth: usize,
    /// Whether there is something in the array or object that is being written.
    is_filled: bool,
}

impl<'m> Lines<'m> {
    /// `levels` levels in lines, for a value that stands `depth` levels deep in its text.
    pub(crate) const fn new(levels: usize, depth: usize) -> Self {
        Self {
            margin: "",
            levels,
            depth,
            is_filled: false,
        }
    }

    /// Everything on one line.
    pub(crate) const fn one() -> Self {
        Self::new(0, 0)
    }

    /// Every item on a line of its own.
    pub(crate) const fn all() -> Self {
        Self::new(usize::MAX, 0)
    }

    /// [`all`](Self::all), below a line that begins with `margin`.
    pub(super) const fn below(margin: &'m str) -> Self {
        Self {
            margin,
            ..Self::all()
        }
    }

    /// For a value in a line that begins with `margin`; `None`: on one line.
    pub(super) fn at(margin: Option<&'m str>) -> Self {
        margin.map_or(Self::one(), Self::below)
    }

    /// The text of a value.
    pub(crate) fn write<V: Serialize + ?Sized>(
        self,
        value: &V,
        out: &mut Vec<u8>,
    ) -> serde_json::Result<()> {
        value.serialize(&mut serde_json::Serializer::with_formatter(out, self))
    }

    /// A text, laid out anew.
    pub(crate) fn lay_out(mut self, text: &str) -> String {
        let mut out = Vec::with_capacity(text.len());
        // Writing into memory does not fail, and pieces of a text between ASCII bytes are text.
        let _ = self.write_text(&mut out, text);
        String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
    }

    fn write_text<W: ?Sized + io::Write>(&mut self, out: &mut W, text: &str) -> io::Result<()> {
        let mut tokens = Tokens::of(text).peekable();
        while let Some(token) = tokens.next() {
            match token {
                "{" | "[" => {
                    self.open(out, token)?;
                    if !matches!(tokens.peek(), None | Some(&("}" | "]"))) {
                        self.next_line(out)?;
                    }
                }
                "}" | "]" => self.close(out, token)?,
                "," => {
                    out.write_all(b",")?;
                    self.next_line(out)?;
                }
                ":" => self.colon(out)?,
                scalar => out.write_all(scalar.as_bytes())?,
            }
        }
        Ok(())
    }

    fn open<W: ?Sized + io::Write>(&mut self, out: &mut W, bracket: &str) -> io::Result<()> {
        self.depth += 1;
        self.is_filled = false;
        out.write_all(bracket.as_bytes())
    }

    fn close<W: ?Sized + io::Write>(&mut self, out: &mut W, bracket: &str) -> io::Result<()> {
        let is_broken = self.is_broken() && self.is_filled;
        self.depth = self.depth.saturating_sub(1);
        self.is_filled = true;
        if is_broken {
            self.break_line(out)?;
        }
        out.write_all(bracket.as_bytes())
    }

    fn item<W: ?Sized + io::Write>(&mut self, out: &mut W, is_first: bool) -> io::Result<()> {
        if !is_first {
            out.write_all(b",")?;
        }
        self.next_line(out)
    }

    /// Begins an item's line, if items have lines.
    fn next_line<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.is_filled = true;
        if self.is_broken() {
            self.break_line(out)
        } else {
            Ok(())
        }
    }

    fn colon<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(if self.is_broken() { b": " } else { b":" })
    }

    /// Whether the items of this level have lines of their own.
    fn is_broken(&self) -> bool {
        self.depth <= self.levels
    }

    fn break_line<W: ?Sized + io::Write>(&self, out: &mut W) -> io::Result<()> {
        out.write_all(b"\n")?;
        out.write_all(self.margin.as_bytes())?;
        (0..self.depth).try_for_each(|_| out.write_all(INDENT.as_bytes()))
    }
}

/// How `serde_json` asks for the layout while it writes a value.
impl Formatter for Lines<'_> {
    fn begin_array<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.open(out, "[")
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.close(out, "]")
    }

    fn begin_array_value<W: ?Sized + io::Write>(
        &mut self,
        out: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.item(out, first)
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.open(out, "{")
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.close(out, "}")
    }

    fn begin_object_key<W: ?Sized + io::Write>(
        &mut self,
        out: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.item(out, first)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.colon(out)
    }

    /// A value that is handed over as text is laid out like its neighbours.
    fn write_raw_fragment<W: ?Sized + io::Write>(
        &mut self,
        out: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        self.write_text(out, fragment)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#" {"a" :[ ],"b":{ },"c":[1e400,{"d":"{ \" ,"} ], "e":4.0 } "#;

    #[test]
    fn a_text_is_laid_out_as_serde_json_lays_out_its_value() {
        let text = TEXT.replace("1e400", "1.5");
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            Lines::all().lay_out(&text),
            serde_json::to_string_pretty(&value).unwrap()
        );
        assert_eq!(
            Lines::one().lay_out(&text),
            serde_json::to_string(&value).unwrap()
        );
        for (lines, expected) in [
            (Lines::all(), serde_json::to_string_pretty(&value).unwrap()),
            (Lines::one(), serde_json::to_string(&value).unwrap()),
        ] {
            let mut out = Vec::new();
            lines.write(&value, &mut out).unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        }
    }

    #[test]
    fn outer_levels_have_lines_and_inner_ones_have_not() {
        assert_eq!(
            Lines::new(1, 0).lay_out(TEXT),
            "{\n  \"a\": [],\n  \"b\": {},\n  \"c\": [1e400,{\"d\":\"{ \\\" ,\"}],\n  \"e\": 4.0\n}"
        );
        assert_eq!(Lines::new(1, 1).lay_out("[1, {\"a\": 2}]"), "[1,{\"a\":2}]");
        assert_eq!(
            Lines::below("\t").lay_out("[[1]]"),
            "[\n\t  [\n\t    1\n\t  ]\n\t]"
        );
    }
}
