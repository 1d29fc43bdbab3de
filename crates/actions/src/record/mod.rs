//! What a script has recorded that the program itself knows nothing of: custody checks, emergencies, decisions.

mod answers;
pub(crate) mod declared;
pub(crate) mod kept;
pub(crate) mod offers;
pub(crate) mod words;

pub use kept::export::{files_into, pack};
pub use kept::table::looked_at;

use protocol::Problem;
use script::{Material, Step};

/// Something that was recorded.
pub static RECORDED: Material = Material::recorded("recorded", words::called::RECORDED);

/// A kind that the register reads has the fields that it reads.
fn lacks_of_its_kind(step: &Step) -> Vec<Problem> {
    let Some(declared) = &step.record else { return Vec::new() };
    let wanted = facts::KINDS.iter().find(|(kind, _)| *kind == declared.kind);
    let missing: Vec<&str> = wanted
        .into_iter()
        .flat_map(|(_, fields)| fields.iter().copied())
        .filter(|name| !declared.fields.iter().any(|field| field.name == *name))
        .collect();
    if missing.is_empty() {
        return Vec::new();
    }
    vec![words::kind_of_the_register(&step.id, &declared.kind, &missing.join(", "))]
}
