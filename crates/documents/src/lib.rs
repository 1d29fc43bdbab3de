//! A record, or a part of it, as pages that people read. Pure functions of plain values.

pub mod binder;
pub mod booklet;
pub mod card;
pub mod certificate;
mod crosswalk;
pub mod estate;
pub mod forms;
mod glossary;
mod html;
pub mod page;
pub mod report;
pub mod sheet;
