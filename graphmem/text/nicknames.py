"""Short forms of English first names that are not their beginnings: "Bill" is William, "Peggy" is Margaret."""

__all__ = ["NICKNAMES"]

_TABLE = """\
al: albert alan alfred alexander; alex: alexander alexandra; andy: andrew; annie: anne anna ann; archie: archibald
art: arthur; barb: barbara; becky: rebecca; bella: isabella; bernie: bernard; bert: albert herbert robert
bess: elizabeth; beth: elizabeth bethany; betsy: elizabeth; betty: elizabeth; bill: william; billy: william
bob: robert; bobby: robert; bonnie: bonita; cathy: catherine; charlie: charles charlotte; chuck: charles
cindy: cynthia; connie: constance; dan: daniel; danny: daniel; dave: david; debbie: deborah; dick: richard
dolly: dorothy; don: donald; dot: dorothy; drew: andrew; ed: edward edwin edgar edmund; eddie: edward edwin
ellie: eleanor ellen; ernie: ernest; fanny: frances; frank: francis franklin; fred: frederick alfred
freddie: frederick; gene: eugene; gerry: gerald gerard; greg: gregory; hal: harold henry; hank: henry
harry: harold henry; jack: john; jackie: jacqueline; jake: jacob; jamie: james; jean: jeanne
jerry: gerald jerome jeremiah; jim: james; jimmy: james; joe: joseph; joey: joseph; johnny: john
kate: katherine catherine; kathy: katherine kathleen; katie: katherine; ken: kenneth; kenny: kenneth; larry: lawrence
len: leonard; leo: leonard leonardo; liz: elizabeth; lizzie: elizabeth; lou: louis louise; maggie: margaret
manny: manuel emmanuel; marty: martin; matt: matthew; max: maxwell maximilian; meg: margaret; mickey: michael
mike: michael; millie: mildred; molly: mary; ned: edward edmund; nell: eleanor helen; nick: nicholas; patty: patricia
peggy: margaret; penny: penelope; pete: peter; polly: mary; randy: randall randolph; ricky: richard; rob: robert
robby: robert; ron: ronald; ronnie: ronald; rosie: rose rosemary; sally: sarah; sandy: sandra alexander
steve: stephen steven; sue: susan; susie: susan; tammy: tamara; ted: edward theodore; terry: terence theresa
tim: timothy; timmy: timothy; toby: tobias; tom: thomas; tommy: thomas; tony: anthony antonio; trish: patricia
trudy: gertrude; vicky: victoria; walt: walter; wes: wesley; will: william; willie: william; zach: zachary
"""

#: From a short form to the names it may stand for, as name keys; common knowledge of English, nowhere complete.
NICKNAMES: dict[str, frozenset[str]] = {
    short.strip(): frozenset(full.split())
    for short, _, full in (entry.partition(":") for line in _TABLE.splitlines() for entry in line.split(";"))
}
