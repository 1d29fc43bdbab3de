//! `read-roles`: who holds which role, and which roles may not meet in one person, read aloud before anybody is enrolled.

use super::words;
use engine::words::{observed, out_of_order};
use engine::{Action, Cue, Halt, Outcome, Room, Stage};
use protocol::{Ask, Fact};
use script::{Hands, Person, Role, Row};

/// Has the roles read aloud.
pub(crate) struct ReadRoles;

impl Action for ReadRoles {
    fn row(&self) -> &'static Row {
        const {
            &Row {
                name: "read-roles",
                needs: &[&super::ATTENDANCE],
                makes: &[&super::ROLES],
                states: &[&facts::ROLES_READ],
                hands: Hands::TwoInside,
                says: &[words::I_READ_THE_ROLES],
                ..Row::PLAIN
            }
        }
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        let (roles, people) = (&cue.plan.script.roles, cue.plan.everyone());
        let facts = roles.iter().map(|role| held(role, &people)).collect();
        stage.ask(Ask::Observe { facts, button: words::READ_ALOUD.to_owned(), done: false }, None)?;
        let confirmer = cue.step.confirmer.as_ref().ok_or_else(out_of_order)?;
        for person in [&cue.step.actor, confirmer] {
            stage.signed_by(person, words::I_READ_THE_ROLES)?;
        }
        Ok(Outcome::new().fact(&facts::ROLES_READ, roles.len() as u64))
    }
}

/// One role with who holds it.
fn held(role: &Role, people: &[Person]) -> Fact {
    let names: Vec<&str> = people.iter().filter(|p| p.role == role.role).map(|p| p.name.as_str()).collect();
    observed(role.title.as_str(), words::who_holds(&names, &role.apart_from))
}
