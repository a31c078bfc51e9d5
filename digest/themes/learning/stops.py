"""Words that name no topic, of the papers of any field. Plurals go without saying."""

from __future__ import annotations

from digest.themes.words import words


def _set(text: str) -> frozenset[str]:
    return frozenset(words(text))


# A phrase neither begins nor ends with one of these: grammar, and what abstracts do and praise.
EDGES = _set("""
    a about above across after again against all almost along already also although always am
    among an and another any are around as at based be because been before being below best
    better between beyond both but by can cannot could despite did do does doing done down due
    during each either enough et etc even ever every few fewer finally first for four from
    further furthermore had has have having he hence her here his how however i if in indeed
    instead into is it its itself just last least less let like likely many may me might more
    moreover most much must my namely nearly neither new next no non nor not notably novel now
    of off often on once one only onto or other otherwise our out over own per perhaps pp prior
    rather recent recently respectively same second several she should since single six so some
    still such ten than that the their them then there thereby therefore these they third this
    those though three through throughout thus to together too toward two under until up upon us
    use used using various versus very via vs was way we well were what when where whereas
    whether which while who whole whom whose why will with within without would yet you your

    able achieve achieved achieving additional additionally address addressed addressing advance
    advancing aim aimed aiming aligning allow allowing applied apply applying available become
    becoming boosting bridge bridging bring bringing broad build building built call called
    challenging combine combined combining common commonly compare compared comparing
    comprehensive comprising conduct conducted conducting consist consistently consisting
    construct constructed contain containing contribute critical crucial current currently
    demonstrate demonstrated demonstrating derive derived design designed designing develop
    developed developing different difficult diverse easily easy effective effectively
    efficiently emerged emerging employ employed employing empowering enable enabled enabling
    encompassing enhance enhanced enhancing ensure ensuring entire especially essential
    established evaluate evaluated evaluating exceeding existing explicitly explore explored
    exploring extend extended extending extensive extensively face facing find finding focus
    focused focusing following formulate full fully fundamental generally given good great
    greatly hard harnessing heavily help helping high higher highest highlight highlighting
    highly identified identify identifying illustrate important importantly improve improved
    improving include included including incorporate incorporating increase increased increasing
    increasingly individual inspired integrate integrated integrating introduce introduced
    introducing investigate investigated investigating involve involving key know known lack
    lacking large largely larger lead leading leverage leveraged leveraging limited low lower
    main mainly maintain maintained maintaining major make making mean meaning multiple natural
    naturally necessary need needed notable observe observed obtain obtained obtaining offer
    offering open optimal outperform outperformed outperforming overall overcome particular
    particularly perform performed performing poor possible potential potentially powerful
    practical precise predominantly present presented presenting primarily primary produce
    produced producing promising propose proposed proposing prove proven provide provided
    providing publicly range reach reaching reduce reduced reducing related relevant rely
    relying remain remaining remarkable remarkably report reported require required requiring
    respective rethinking reveal revealed revealing revisiting rich scarce serve serving set
    show showed showing shown significant significantly similar simple simply simultaneously
    solely solve solving specific specifically state strong stronger strongest studied study
    studying substantial substantially successful successfully suffer suffering suggest
    suggesting superior support supported supporting surpass surpassing tackle tackling take
    taking tend traditional trained truly typically underlying understand unified unleashing
    unlock unlocking utilise utilising utilize utilizing valuable varied vary varying vast wide
    widely work working yield yielding
""")

# A phrase does not end with one of these, which other words make part of a topic or a property.
ENDS = _set("""
    ability adaptive approach aware baseline benchmark benchmarking bottleneck capability
    challenge conditioned constraint dataset domain driven efficiency environment evaluation
    experiment framework free generated grained grounded guided level method methodology
    objective oriented outcome output paradigm performance pipeline problem procedure process
    quality result scenario scheme setting setup signal solution stage step strategy suite
    system task technique technology test workflow world
""")

# A phrase of nothing but these and the above names no topic.
FILLER = _set("""
    ability ablation abstract academic accuracy accurate adaptive advancement advantage
    aligned amount analyse analysis analyze application approach area art aspect assessment
    attempt author automated automatic average barrier baseline basis behavior behaviour
    benchmark benefit bottleneck breakthrough broader capability capacity careful case category
    central century challenge change characteristic choice claim class clear close code codebase
    coherent collection community comparison competitive complementary complete complex
    complexity component concept concern conclusion concrete condition configuration
    considerable consideration consistency consistent constraint contrast contribution control
    controlled conventional core cost coverage criterion data dataset day debate decade decision
    definition degree demand demonstration dependency deployment depth desired detail detailed
    development difference difficulty dimension direct direction discovery discussion distance
    distinct diversity domain downstream drawback dynamic early effect effectiveness efficacy
    efficiency efficient effort element empirical end enormous environment era error essence
    evaluation evidence evolution exact example excellent exception exceptional exhibit
    expectation expense experiment experimental explanation explicit exploration extension
    extent external extreme factor failure fair faithful false family fast faster favorable
    feature feedback fidelity field figure final fine fixed flexibility flexible form
    formulation framework free frequent frontier function future gain gap general generality
    generalization github global goal grained ground group growing growth guidance hand
    heterogeneity http hundred hypothesis idea ideal image immediate impact implementation
    implication importance impressive improvement independent information inherent initial
    innovation innovative input insight insightful instance integration interest intermediate
    internal intrinsic introduction issue item iterative joint kind knowledge landscape language
    latency latest length level life light lightweight limit limitation line link list
    literature little local long longer magnitude manner margin meaningful mechanism method
    methodology metric million minimal minor mode model modern modular module naive narrow
    nature negative network noticeable novelty number numerous objective observation obstacle
    opportunity option order original output outstanding overhead overview pair paper paradigm
    parallel part past path pattern percentage performance period persistent perspective phase
    phenomenon pipeline pivotal plausible point popular positive possibility power practice
    preceding precision preliminary presence previous principle principled problem procedure
    process profound progress project promise proper property proportion proposal prospect
    public purpose qualitative quality quantitative quantity question quick rapid rate ratio
    ready real realistic reality reason reasonable reference regime relation relationship
    release reliability reliable representative requirement research researcher resource respect
    result right rigorous risk robust robustness role room rule sample scalability scalable
    scale scenario scheme science scope score seamless section sense sensitive separate sequence
    series setting setup severe shift short shortcoming side significance situation sizable size
    smaller solid solution sophisticated sound source space special speed stable stage standard
    starting static step strategy strength strict structural structure subject subset subtle
    success sufficient suitable suite superiority survey symbolic system systematic table target
    task team technique technology term test theory thing thorough thousand tight time topic
    total trade tradeoff training transition trend true type typical ultimate unclear
    underexplored understanding unexplored unique universal unprecedented usage useful user
    valid validation validity value variant variation variety versatile version viable view
    vital weak weakness website workflow worst wrong year zero
""")
