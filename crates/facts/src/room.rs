//! Who is in the room, whether they agree, and the workstation they sit at.

use crate::declare::facts;
use crate::{List, Minute, Number, Pair, Sha256Hex, Text};

facts! {
    PREFLIGHT: Fact = auditor "preflight", List<Pair<Text, Text>>, "what was looked at on the machine before anybody signed in, and how it was";
    TO_MEND: Fact = public "to-mend", List<Text>, "what should have been mended on the machine, a sentence each; in production somebody decided to go on in spite of it";
    ROSTER_FROM: Fact = public "roster-from", Text, "who enrolled the people who take part, in words; in production somebody decided to go on where no ceremony did";
    WATCHES: Fact = auditor "watches", List<Pair<Text, Text>>, "the ids of two people, and what their watches showed when they were held against the workstation's clock";
    ATTENDING: Fact = public "attending", Number, "how many people signed that they take part";
    CLOCK_AGREED: Fact = public "clock-agreed", Minute, "what the workstation's clock showed when the last of them held it against their watch";
    PEOPLE_ATTENDING: Fact = auditor "people-attending", List<Text>, "the ids of the people who take part";
    DISAGREEING: Fact = public "disagreeing", Number, "how many of those present say that the record is not right";
    DISAGREEMENTS: Fact = auditor "disagreements", List<Pair<Text, Text>>, "the id of each person who disagrees, and what they said";
    ROLES_READ: Fact = public "roles-read", Number, "how many roles were read aloud with who holds them";
    PROGRAM_SHA256: Fact = public "program-sha256", Sha256Hex, "the digest of the program's own file, which two people compared";
    PROGRAM_COMPARED: Fact = public "program-compared", Text, "how that digest was compared, in words";
    MEDIUM_TRIED: Fact = public "medium-tried", Text, "what was done to try a medium, in words";
    MEDIUM_FOLDER_TRIED: Fact = internal "medium-folder-tried", Text, "the path of the folder that was tried";
}
