//! Enums whose values are words of a provider: written in one way, read as people write them.

/// Declares an enum whose values have the names somebody else gave them.
macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$vdoc])* $variant),+ }
        impl $name {
            /// Every value, in the order to offer them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// The name outside this program.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.name())
            }
        }
        impl std::str::FromStr for $name {
            type Err = crate::ByokError;
            fn from_str(text: &str) -> Result<Self, crate::ByokError> {
                let text = $crate::answers::cleaned(text);
                let meant = |v: &Self| $crate::answers::same_word(v.name(), text);
                let names = || Self::ALL.iter().map(|v| v.name());
                Self::ALL.iter().copied().find(meant).ok_or_else(|| $crate::answers::unknown_name(text, names()))
            }
        }
    };
}
pub(crate) use named;
