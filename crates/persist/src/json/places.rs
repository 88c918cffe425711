//! Single values of a text: looked at, replaced, added, removed.

use super::edit::Part;
use super::lines::Lines;
use super::pointer::{Pointer, index_of};
use super::scan::{Item, Level};
use super::{Json, JsonError, JsonErrorKind, offset_in};

impl Json {
    /// The value that a JSON Pointer (RFC 6901) names: `""` is the whole, `/contacts/0/name` a part.
    ///
    /// ```
    /// use persist::{Json, JsonErrorKind};
    ///
    /// let json = Json::parse(r#"{"contacts": [{"name": "Ada"}]}"#)?;
    /// assert_eq!(json.get("/contacts/0/name")?.as_str(), r#""Ada""#);
    /// assert_eq!(json.get("/contacts/1").unwrap_err().kind(), JsonErrorKind::NotFound);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn get(&self, pointer: &str) -> Result<Self, JsonError> {
        Self::parse(Pointer::parse(pointer)?.find(self.as_str())?.value)
    }

    /// Puts a value where the pointer points to, and gives back what was there. A member that is not
    /// there is added to its object, and `-` adds to the end of an array. What stands around it stays
    /// as it stands; the arrays and objects on the way must be there.
    ///
    /// ```
    /// use persist::Json;
    ///
    /// let mut json = Json::parse(r#"{"list": [4.0], "max": 1e400}"#)?;
    /// json.set("/list/-", "5".parse()?)?;
    /// json.set("/min", "null".parse()?)?;
    /// assert_eq!(json.as_str(), r#"{"list": [4.0,5], "max": 1e400, "min": null}"#);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn set(&mut self, pointer: &str, value: Self) -> Result<Option<Self>, JsonError> {
        let Some((way, token)) = Pointer::parse(pointer)?.split_last() else {
            return Ok(Some(std::mem::replace(self, value)));
        };
        let spot = way.find(self.as_str())?;
        let level = level_of(spot.value, &way, &token)?;
        let is_append = !level.is_object && token == "-";
        let item = if is_append {
            None
        } else {
            index_of(&level, &token, &way)?.and_then(|index| level.items.get(index))
        };
        let (changed, old) = if let Some(item) = item {
            let text = Lines::at(item.margin(spot.margin)).lay_out(value.as_str());
            (
                self.with(item.value, &text)?,
                Some(Self::parse(item.value)?),
            )
        } else if is_append || level.is_object {
            let key = serde_json::Value::from(token).to_string();
            let new = Part::New {
                key: if level.is_object { &key } else { "" },
                value: value.as_str(),
            };
            let parts: Vec<_> = (0..level.items.len()).map(kept).chain([new]).collect();
            (
                self.with(spot.value, &level.with(&parts, spot.margin))?,
                None,
            )
        } else {
            return Err(missing(&way, &token, "; `-` adds an element"));
        };
        *self = changed;
        Ok(old)
    }

    /// Takes the member or element away that the pointer points to, and gives it back.
    pub fn remove(&mut self, pointer: &str) -> Result<Self, JsonError> {
        let Some((way, token)) = Pointer::parse(pointer)?.split_last() else {
            let message = "the whole value can't be removed; set it to null";
            return Err(JsonError::new(JsonErrorKind::NotFound, message));
        };
        let spot = way.find(self.as_str())?;
        let level = level_of(spot.value, &way, &token)?;
        let index = index_of(&level, &token, &way)?;
        let removed: Option<&Item<'_>> = index.and_then(|index| level.items.get(index));
        let removed = Self::parse(removed.ok_or_else(|| missing(&way, &token, ""))?.value)?;
        let others = (0..level.items.len()).filter(|other| Some(*other) != index);
        let parts: Vec<_> = others.map(kept).collect();
        *self = self.with(spot.value, &level.with(&parts, spot.margin))?;
        Ok(removed)
    }

    /// This text with another one in the place of `part`, which is a piece of it.
    fn with(&self, part: &str, text: &str) -> Result<Self, JsonError> {
        let whole = self.as_str();
        let start = offset_in(whole, part);
        let before = whole.get(..start).unwrap_or_default();
        let after = whole.get(start + part.len()..).unwrap_or_default();
        Self::parse([before, text, after].concat())
    }
}

fn kept<'p>(index: usize) -> Part<'p> {
    Part::Kept { index, value: None }
}

fn level_of<'t>(text: &'t str, way: &Pointer, token: &str) -> Result<Level<'t>, JsonError> {
    Level::of(text).ok_or_else(|| missing(way, token, ", being neither an object nor an array"))
}

fn missing(way: &Pointer, token: &str, more: &str) -> JsonError {
    let message = format!("{way} has no `{token}`{more}");
    JsonError::new(JsonErrorKind::NotFound, message)
}
