"""Closed word lists of the extraction rules: function-like words whose part the parse alone cannot tell."""

__all__ = [
    "ABLE", "ASPECT_OFF", "ASPECT_ON", "ATTITUDES", "BARE_FEELINGS", "EVALUATIVE", "FEMALE", "HAVEABLE", "HEDGES",
    "INTERJECTIONS", "KIN", "KIN_FEMALE", "KIN_MALE", "KIN_PLURAL", "LIGHT_INTRANSITIVES", "MALE", "NOT_A_NAME",
    "OBJECT_CONTROL", "OBLIGATIONS", "PETS", "PLANS", "QUANTIFIERS", "READY", "REPORTS", "STATES", "TIME_NOUNS",
    "TIME_WORDS", "TRANSPARENT", "VAGUE", "WEEKDAYS_AND_MONTHS", "WISHES",
]  # fmt: skip


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Words that open or fill chat and that a tagger takes for names or content.
INTERJECTIONS = _words(
    "ah aha ahh alas amazing amen argh aw aww awww awesome bless bravo bro btw bye cheers congrats "
    "congratulations cool cya dang dude duh eh er exactly fab fantastic gee glad gonna good goodness gosh gotcha "
    "gotta great ha haha hahaha hah hehe hello hey heya hi hiya hmm hm huh hurray hooray jeez kudos kinda lmao "
    "lol man morning nah nice no nope oh ok okay omg ooh oops ouch perfect phew please right sorry sounds super "
    "sure sup sweet ta thank thanks thx totally true ugh uh um wanna well welcome wha what whoa whoo wonderful "
    "woo woohoo wow wowza xoxo ya yay yeah yep yes yikes yo yum yup"
)
#: Capitalised words that begin sentences and are never a name alone.
NOT_A_NAME = INTERJECTIONS | _words(
    "a about after all also although always am an and any anything are as at be because been before being but by "
    "can can't could did do does don't each even ever every everyone everything finally for from get getting go "
    "going got had happy has have having he her here his hope how i if i'm in is it its just keep last lately let "
    "lets like look looking lots love loved maybe me more most my myself never new next not nothing now of off on "
    "one only or our out over seems seeing she should so some someone something somewhere soon sometimes speaking "
    "still such take talk than that the their them then there these they this those though to today tomorrow too "
    "try trying until up us very was we were when where which while who why will with would yesterday you your "
    "yours excited proud miss wish guess agreed absolutely definitely actually anyway besides currently hopefully "
    "however indeed instead luckily meanwhile obviously otherwise plus probably really recently since surely "
    "thankfully therefore unfortunately whenever wherever whether yet best hang care enjoy check remember believe "
    "imagine dance painting pic photo mom dad sis fam"
)
WEEKDAYS_AND_MONTHS = _words(
    "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun january "
    "february march april may june july august september october november december jan feb mar apr jun jul aug "
    "sep sept oct nov dec christmas easter halloween thanksgiving"
)
#: Nouns too empty to be a node.
VAGUE = _words(
    "thing things stuff lot lots kind kinds sort sorts type types way ways time times one ones bit bits couple "
    "part parts piece pieces something anything everything nothing someone anyone everyone somebody anybody "
    "everybody nobody none place places case fact reason reasons point points side sides end start beginning "
    "moment moments day days week weeks month months year years hour hours minute minutes second seconds while "
    "today tomorrow yesterday tonight morning afternoon evening night nights weekend weekends person people guy "
    "guys deal matter issue issues example number amount plenty ton tons bunch set rest half much many more most "
    "few all some any each other others another same such what which who whom whose that this these those it he "
    "she they them him her i you we us me mine yours ours theirs hers his myself yourself himself herself itself "
    "ourselves themselves here there idea ideas chance moon corner news fingers difference laugh shot try fun "
    "blast terms worries worry problem luck turn go pic pics look sense feeling thought thoughts mind hand eye "
    "eyes words word name names o'clock a.m. p.m."
)
EVALUATIVE = _words(
    "great good nice amazing awesome cool wonderful fantastic lovely sweet super cute beautiful gorgeous stunning "
    "incredible fabulous terrific perfect fun best better bad worst real own whole same different other certain "
    "few many several various such little entire much more most another next last past"
)
QUANTIFIERS = _words(
    "a an the this that these those some any every each all both either neither no many few several much more "
    "most lots my your his her its our their whose what which"
)
KIN_FEMALE = _words(
    "mother mom mum mommy mama sister sis daughter aunt auntie niece grandmother grandma granny nana wife "
    "girlfriend fiancee fiancée godmother stepmother stepmom stepsister stepdaughter girl"
)
KIN_MALE = _words(
    "father dad daddy papa brother bro son uncle nephew grandfather grandpa granddad husband boyfriend fiance "
    "fiancé godfather stepfather stepdad stepbrother stepson boy"
)
KIN_PLURAL = _words(
    "parents kids children siblings brothers sisters sons daughters friends cousins grandparents grandkids twins "
    "colleagues coworkers neighbors neighbours teammates roommates classmates students family folks"
)
KIN = (
    KIN_FEMALE
    | KIN_MALE
    | KIN_PLURAL
    | _words(
        "cousin sibling partner spouse friend buddy pal bestie colleague coworker co-worker boss manager mentor coach "
        "teacher neighbor neighbour roommate flatmate teammate classmate kid child baby grandchild parent landlord "
        "therapist doctor"
    )
)
PETS = _words(
    "dog dogs cat cats puppy puppies pup pups kitten kittens pet pets hamster rabbit bird parrot turtle horse "
    "fish snake"
)
#: What a possessive alone asserts that somebody has ("my guitar" is not worth a fact, "my dog" is).
HAVEABLE = (KIN - {"girl", "boy", "baby", "child", "doctor", "teacher"}) | PETS
WISHES = _words("want hope wish wanna long yearn crave aspire desire fancy dream hop")
PLANS = _words("plan intend aim decide gonna prepare arrange agree promise consider think hope_to")
OBLIGATIONS = _words("need have must should ought got gotta require")
ASPECT_ON = _words("start begin keep continue resume")
ASPECT_OFF = _words("stop quit cease")
TRANSPARENT = _words("manage get use happen come end wind")
ATTITUDES = _words(
    "love like enjoy hate prefer dislike adore miss remember appreciate loathe mind avoid practice suggest recommend"
)
#: Verbs whose clause is what somebody thinks, not what is.
HEDGES = _words(
    "think guess believe suppose bet reckon imagine assume feel seem expect suspect figure look sound doubt"
)
REPORTS = _words("say tell mention claim report add note explain hear read announce state argue write suggest")
OBJECT_CONTROL = _words(
    "motivate inspire remind cause enable ask tell want help let make encourage teach invite allow force persuade "
    "convince urge see watch hear get send"
)
#: Verbs of state: their perfect ("has lived") still holds.
STATES = _words(
    "live work be have know own love like study teach play belong stay reside need want hate run attend volunteer"
)
READY = _words("excited thrilled eager keen ready set pumped stoked determined due")
ABLE = _words("able lucky glad happy proud honored honoured fortunate delighted blessed")
#: Intransitive verbs that tell nothing without an object.
LIGHT_INTRANSITIVES = _words(
    "inspire amaze "
    "be seem appear feel look sound go come agree know think see understand say tell guess hope wish care matter "
    "like enjoy hate dislike prefer adore "
    "happen do have get make let wait work try mean talk chat hear thank love keep start begin continue want need "
    "help rock hop count depend exist become remain stay sit stand take put give find call use bring believe "
    "remember forget wonder imagine bet reckon turn end stop change vary last occur follow add note explain show "
    "ask answer reply suppose can will"
)
#: Adjectives of the moment, not worth keeping about anybody.
BARE_FEELINGS = _words(
    "sorry sure glad ok okay fine good great right here back ready curious able welcome awesome cool nice amazing "
    "wonderful lucky true wrong kidding serious sweet kind super so there well fantastic incredible important "
    "special down up off on over around away together out updated sound worth nuts crazy fun perfect beautiful "
    "thoughtful helpful lovely better best available such like"
)
TIME_WORDS = _words(
    "yesterday today tomorrow tonight now nowadays currently recently lately soon later earlier ago once already "
    "daily weekly monthly yearly annually before previously formerly"
)
TIME_NOUNS = _words(
    "day days week weeks weekend weekends month months year years hour hours minute minutes decade decades "
    "century morning afternoon evening night nights summer winter spring autumn fall monday tuesday wednesday "
    "thursday friday saturday sunday mon tue tues wed thu thurs fri sat sun january february march april may june "
    "july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec today "
    "tomorrow yesterday tonight time moment while semester quarter season birthday christmas easter halloween "
    "thanksgiving"
)
FEMALE = _words(
    "mary patricia jennifer linda elizabeth barbara susan jessica sarah karen lisa nancy betty margaret sandra "
    "ashley kimberly emily donna michelle carol amanda dorothy melissa deborah stephanie rebecca sharon laura "
    "cynthia kathleen amy angela shirley anna brenda pamela emma nicole helen samantha katherine christine rachel "
    "carolyn janet catherine maria heather diane ruth julie olivia joyce virginia victoria kelly lauren christina "
    "joan evelyn judith megan andrea cheryl hannah jacqueline martha gloria teresa ann anne sara madison kathryn "
    "janice jean alice abigail julia judy sophia grace denise amber doris marilyn danielle beverly isabella "
    "theresa diana natalie brittany charlotte hermione jill cindy marie kayla alexis lori mia ada eva clara lucy "
    "zoe chloe ella nina rosa caroline melanie joanna audrey maya"
)
MALE = _words(
    "james robert john michael david william richard joseph thomas christopher charles daniel matthew anthony "
    "mark donald steven andrew paul joshua kenneth kevin brian george timothy ronald jason edward jeffrey ryan "
    "jacob gary nicholas eric jonathan stephen larry justin scott brandon benjamin samuel gregory alexander "
    "patrick frank raymond jack dennis jerry tyler aaron jose adam nathan henry zachary douglas peter kyle noah "
    "ethan jeremy walter christian keith austin roger terry sean gerald carl dylan harold jordan jesse bryan "
    "lawrence arthur gabriel bruce logan billy joe alan juan elijah willie albert wayne randy mason vincent liam "
    "roy bobby caleb bradley russell lucas max leo harry ron fred sam evan tim oscar felix hugo tom bob mike nate "
    "calvin dave steve luke theo tobias"
)
