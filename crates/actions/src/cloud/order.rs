//! What a script orders for a cloud: where the key goes, what kind it is, how it is wrapped. Decided by its parameters
//! `target`, `key-spec`, `wrapping-algorithm` and `expiry`, and refused before the day where the provider or the tokens
//! would refuse it.

use crate::cloud::words::{self, byok_problem};
use crate::key::spec::token_spec;
use byok::bundle::Rotation;
use byok::provider::Expiry;
use byok::table::{self, Row};
use byok::{Hash, KeyType, Recipe, Target, of};
use protocol::Problem;
use script::{Script, day};
use std::collections::BTreeMap;

/// The value of `wrapping-algorithm` that means the first of the provider's table that takes the key.
const USUAL: &str = "usual";
/// The value of `expiry` that means none.
const NEVER: &str = "never";

/// The parameter that says which import of its key this is, and its values; the first where a script has none.
const IMPORT_AS: &str = "import-as";
const FIRST: &str = "first";
const NEW_MATERIAL: &str = "new-material";
const EXISTING_MATERIAL: &str = "existing-material";
/// The parameter that names the material which the key had before, and its value for none.
const MATERIAL_ID: &str = "material-id";
const NO_NAME: &str = "none";

/// What is to be wrapped for whom.
#[derive(Debug, Clone, Copy)]
pub struct Order {
    /// Where the key goes.
    pub target: Target,
    /// What it is.
    pub key: KeyType,
    /// The algorithm, with its recipe and the sizes of wrapping keys it comes with.
    pub row: &'static Row,
}

/// The parameters decided, those not given at their defaults.
pub type Values = BTreeMap<String, String>;

impl Order {
    /// Reads the order from a script's parameters.
    pub fn of(values: &Values) -> Result<Self, Problem> {
        let value = |name: &str| values.get(name).map_or("", String::as_str);
        let target: Target = value("target").parse().map_err(|e| byok_problem(&e))?;
        let key = of(target).key_named(value("key-spec")).map_err(|e| byok_problem(&e))?;
        let largest = |row: &Row| row.wrapping_bits.iter().copied().max().unwrap_or_default();
        let algorithm = match value("wrapping-algorithm") {
            usual if byok::same_word(usual, USUAL) => {
                let taken = |row: &&Row| table::look_up(target, key, row.algorithm, largest(row)).is_ok();
                let wrapped = |row: &&Row| taken(row) && token_recipe(row.recipe).is_ok();
                let mut rows = table::rows(target).filter(wrapped).chain(table::rows(target).filter(taken));
                // Where none fits, the first says why.
                let first = rows.next().or_else(|| table::rows(target).next());
                first.map_or(USUAL, |row| row.algorithm)
            }
            named => named,
        };
        let bits =
            table::rows(target).find(|row| byok::same_word(row.algorithm, algorithm)).map_or(4096, largest);
        let row = table::look_up(target, key, algorithm, bits).map_err(|e| byok_problem(&e))?;
        let order = Self { target, key, row };
        order.token_recipe()?;
        order.check_rotation(values)?;
        let takes_expiry = of(target).expiry() != Expiry::Never;
        if !takes_expiry && !matches!(value("expiry"), "" | NEVER) {
            return Err(byok_problem(&byok::ByokError::ExpiryNotHere));
        }
        Ok(order)
    }

    /// Which import of its key it is. New material is described by the run that made it.
    pub(in crate::cloud) fn rotation<'v>(&self, values: &'v Values, run: &'v str) -> Rotation<'v> {
        let name = values.get(MATERIAL_ID).map(String::as_str).filter(|name| *name != NO_NAME);
        match values.get(IMPORT_AS).map(String::as_str) {
            Some(NEW_MATERIAL) if of(self.target).rotates() => Rotation::New { description: Some(run) },
            Some(EXISTING_MATERIAL) => Rotation::Existing { material_id: name },
            _ => Rotation::First,
        }
    }

    /// The word of the record for it.
    pub(in crate::cloud) const fn import_as(rotation: Rotation<'_>) -> &'static str {
        match rotation {
            Rotation::First => FIRST,
            Rotation::New { .. } => NEW_MATERIAL,
            Rotation::Existing { .. } => EXISTING_MATERIAL,
        }
    }

    /// Whether what was recorded is what these parameters order; a script without the parameter may say nothing of it.
    pub(in crate::cloud) fn is_recorded(values: &Values, recorded: Option<String>) -> bool {
        let Some(recorded) = recorded else { return !values.contains_key(IMPORT_AS) };
        Self::of(values).is_ok_and(|order| Self::import_as(order.rotation(values, "")) == recorded)
    }

    /// Refuses an import that the provider does not know.
    fn check_rotation(&self, values: &Values) -> Result<(), Problem> {
        let title = of(self.target).title();
        let name = values.get(MATERIAL_ID).filter(|name| *name != NO_NAME);
        let existing = values.get(IMPORT_AS).is_some_and(|import| import == EXISTING_MATERIAL);
        match values.get(IMPORT_AS).map_or(FIRST, String::as_str) {
            EXISTING_MATERIAL if !of(self.target).rotates() => {
                Err(words::no_such_import(title, words::EXISTING_IS_FIRST))
            }
            NEW_MATERIAL if !of(self.target).rotates() && of(self.target).facts().existing.is_none() => {
                Err(words::no_such_import(title, words::NO_NEW_MATERIAL))
            }
            NEW_MATERIAL if of(self.target).rotates() && self.key.is_asymmetric() => {
                Err(words::no_such_import(title, words::SYMMETRIC_ONLY))
            }
            _ if name.is_some() && !existing => Err(words::no_such_import(title, words::NAME_OF_EXISTING)),
            _ => Ok(()),
        }
    }

    /// What the token has to do.
    pub(crate) fn token_recipe(&self) -> Result<tokens::Recipe, Problem> {
        token_recipe(self.row.recipe)
    }

    /// Until when the provider is to keep or allow the key, Unix seconds: the first second of the day decided.
    pub(in crate::cloud) fn expiry(&self, values: &Values, now: i64) -> Result<Option<i64>, Problem> {
        let Some(text) = values.get("expiry").filter(|text| *text != NEVER) else { return Ok(None) };
        let most = match of(self.target).expiry() {
            Expiry::Within { days } => days,
            Expiry::Never => None,
        };
        let latest = most.map_or(i64::MAX, |days| now.saturating_add(i64::from(days) * 24 * 3600));
        match day(text) {
            Some(at) if at > now && at <= latest => Ok(Some(at)),
            _ => Err(words::expiry_out_of_range(
                of(self.target).title(),
                text,
                &most.map(words::by_at_most).unwrap_or_default(),
            )),
        }
    }
}

/// The token crate's words for a provider's recipe, where tokens have them.
pub(crate) fn token_recipe(recipe: Recipe) -> Result<tokens::Recipe, Problem> {
    let hash = match recipe.hash() {
        Hash::Sha1 => tokens::OaepHash::Sha1,
        Hash::Sha256 => tokens::OaepHash::Sha256,
        Hash::Sha384 => tokens::OaepHash::Sha384,
        Hash::Sha512 => tokens::OaepHash::Sha512,
    };
    match recipe {
        Recipe::Oaep(_) => Ok(tokens::Recipe::Oaep(hash)),
        Recipe::RsaAesKeyWrap(_) => Ok(tokens::Recipe::RsaAesKeyWrap(hash)),
        Recipe::OaepThenAesEcb(_) => Err(words::recipe_not_in_tokens(&recipe)),
    }
}

/// What stands against the order of a script that wraps for a cloud of these parameters.
pub(in crate::cloud) fn against(values: &Values) -> Vec<Problem> {
    let found = match Order::of(values) {
        Ok(order) if token_spec(order.key).is_none() => words::key_not_in_tokens(&order.key),
        Ok(_) => return Vec::new(),
        Err(problem) => Problem { unchanged: words::NOT_STARTED.to_owned(), ..problem },
    };
    vec![found]
}

/// What the online team has to fetch from the provider that the parameters name, in words and commands.
pub(in crate::cloud) fn to_fetch_of(values: &Values) -> Option<&'static str> {
    values.get("target")?.parse().ok().map(|target| of(target).to_fetch())
}

/// What the online team has to fetch before the day for this script with these values, in words and commands; none for
/// a script that takes nothing in from a cloud.
pub fn to_fetch(script: &Script, values: &Values) -> Option<&'static str> {
    let asks = |action: &str| script.acts.iter().flat_map(|a| &a.steps).any(|s| s.action == action);
    to_fetch_of(values).filter(|_| asks(super::READ_WRAPPING_KEY))
}
