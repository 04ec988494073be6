"""Sentences in many languages, and the encodings in which people have written each language.

The sentences were written for these tests. `ENCODINGS` names what archives, mail and web pages
used, for computers of every make; Unicode without a byte order mark is among them.
"""

import unicodedata

__all__ = ["ENCODINGS", "TEXTS", "encoded"]

_WESTERN = "ca da de en es fi fr it nl no pt sv"

ENCODINGS = {
    "cp1252": f"{_WESTERN} is",
    "iso8859-1": f"{_WESTERN} is",
    "iso8859-15": f"{_WESTERN} is",
    "mac_roman": _WESTERN,
    "cp850": f"{_WESTERN} is",
    "cp858": f"{_WESTERN} is",
    "cp437": "de en es fi fr it nl sv",
    "cp860": "pt",
    "cp861": "is",
    "cp863": "fr",
    "cp865": "da no",
    "mac_iceland": "is",
    "hp_roman8": "de fr",
    "iso8859-14": "cy ga",
    "iso8859-3": "eo mt",
    "cp1254": "tr",
    "iso8859-9": "tr",
    "cp857": "tr",
    "mac_turkish": "tr",
    "iso8859-4": "et lt lv",
    "iso8859-10": "et is sv",
    "iso8859-13": "et lt lv",
    "cp1257": "et lt lv",
    "cp775": "et lt lv",
    "iso8859-16": "fr hu pl ro",
    "iso8859-2": "cs hr hu pl ro sk sl",
    "cp1250": "cs hr hu pl ro sk sl sq",
    "cp852": "cs hr hu pl ro sk sl",
    "mac_latin2": "cs hu pl sk",
    "mac_croatian": "hr sl",
    "mac_romanian": "ro",
    "cp1251": "be bg mk ru sr uk",
    "iso8859-5": "be bg mk ru sr uk",
    "koi8-r": "bg ru",
    "koi8-u": "uk",
    "cp866": "bg ru",
    "cp855": "be bg mk ru sr",
    "mac_cyrillic": "be bg mk ru sr uk",
    "cp1125": "uk",
    "kz1048": "kk",
    "ptcp154": "kk",
    "koi8-t": "tg",
    "cp1253": "el",
    "iso8859-7": "el",
    "cp737": "el",
    "cp869": "el",
    "mac_greek": "el",
    "cp1255": "he",
    "iso8859-8": "he",
    "cp862": "he",
    "cp1256": "ar fa ur",
    "iso8859-6": "ar",
    "cp720": "ar",
    "cp874": "th",
    "iso8859-11": "th",
    "tis_620": "th",
    "cp1258": "vi",
    "shift_jis": "ja",
    "cp932": "ja",
    "shift_jis_2004": "ja",
    "euc_jp": "ja",
    "euc_jis_2004": "ja",
    "iso2022_jp": "ja",
    "gb2312": "zh",
    "gbk": "zh",
    "gb18030": "zh",
    "hz": "zh",
    "big5": "zh-tw",
    "cp950": "zh-tw",
    "big5hkscs": "zh-tw",
    "euc_kr": "ko",
    "cp949": "ko",
    "johab": "ko",
    "iso2022_kr": "ko",
    "utf-7": "de ja ru",
    "utf-8": "ar de el en fr he ja ko ru th vi zh",
    "utf-16-le": "ar de en el ja ko ru th vi zh",
    "utf-16-be": "ar de en el ja ko ru th vi zh",
    "utf-32-le": "de ja ru",
    "utf-32-be": "de ja ru",
    "cp037": "de en fr",
    "cp500": "de en fr",
    "cp273": "de",
    "cp1140": "de fr",
}
"""The languages written in each encoding, by the name of the codec."""

_SUBSTITUTES = {
    "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "’": "'", "‘": "'", "–": "-", "—": "-",
    "…": "...", "ș": "ş", "ț": "ţ", "Ș": "Ş", "Ț": "Ţ", "،": ",", "؟": "?", "۔": ".", "ی": "ي",
}  # fmt: skip
"""Characters that people type where an encoding lacks one."""


def encoded(text: str, encoding: str) -> tuple[str, bytes] | None:
    """Return `text` as people type it in `encoding`, and its bytes; None if letters are missing."""
    if encoding == "cp1258":
        text = _decomposed_tones(text)
    for character, substitute in _SUBSTITUTES.items():
        if character in text and not _has(encoding, character):
            text = text.replace(character, substitute)
    try:
        return text, text.encode(encoding)
    except UnicodeEncodeError:
        return None


def _has(encoding: str, character: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _decomposed_tones(text: str) -> str:
    """Return Vietnamese with the five tones as combining marks, as windows-1258 has them."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    parts = []
    for character in text:
        marks = unicodedata.normalize("NFD", character)
        base = unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in tones))
        parts.append(base + "".join(mark for mark in marks if mark in tones))
    return "".join(parts)


TEXTS = {
    "en": """\
The café at the end of the quay opened in 1931, and the widow who kept it never closed before
midnight. “We have seen worse winters,” she said, when the ice came down the river – and she
was right. In the evening the pilots sat beside the stove, told each other the same three
stories, and waited for the naïve young clerk to ask what had become of the façade of the old
exchange.""",
    "de": """\
Der Müller war ein schweigsamer Mann, und über die Brücke ging er nur, wenn es nötig war. Im
Frühjahr stieg das Wasser höher als je zuvor; die Bürger trugen Möbel, Bücher und Säcke voll
Mehl auf die Höhe hinter der Kirche. „Wir müssen warten“, sagte er, „bis der Fluß wieder
fällt.“ Erst im Mai öffnete er die Schleuse, und die Räder drehten sich, als wäre überhaupt
nichts geschehen.""",
    "fr": """\
Le maître d’école habitait une maison étroite près de l’église, où il élevait des abeilles et
quelques chèvres. Chaque été, il emmenait ses élèves à la forêt pour leur montrer les chênes
que l’on avait plantés après l’hiver de 1709. « Ces arbres, répétait-il, ont déjà vu passer
trois armées ; ils nous survivront peut-être. » Là-dessus, il s’asseyait et partageait son
gâteau.""",
    "es": """\
El año en que llegó el ferrocarril, mi abuelo vendió la viña y compró un almacén junto a la
estación. ¿Quién podía imaginar entonces que también él se marcharía? Según contaba mi tía,
los niños salían corriendo al oír la máquina, y los más pequeños creían que traía la montaña
consigo. Después vino la sequía, y en el pueblo sólo quedaron las campanas, el jardín y una
señora muy anciana.""",
    "pt": """\
Não havia ninguém na estação quando o comboio chegou, além de um cão e de um rapaz que vendia
maçãs. A mãe do capitão morava no outro lado da praça, numa casa com três janelas e um portão
azul. Às vezes, ao fim da tarde, ouvia-se a música da banda; então as crianças saíam à rua e
os velhos lembravam-se das canções de antigamente. Também eu voltei, mas já não reconheci o
coração da cidade.""",
    "it": """\
La città era così silenziosa che si udivano i passi del custode fin sotto i portici. Perché
nessuno avesse più voglia di parlare, non si è mai capito; c’era chi diceva che la colpa fosse
della nebbia, e chi della povertà. Un lunedì, però, arrivò un venditore di lampade: ne accese
già sei sulla piazza, e la gente uscì di casa, perché voleva vedere con i propri occhi che
cosa potesse la novità.""",
    "nl": """\
De geïnteresseerde bezoekers kwamen ’s ochtends vroeg, toen de mist nog over de polder hing.
De molenaar vertelde één verhaal na het andere: over de coöperatie, die hij met zijn broer had
opgericht, en over de zeeën die zijn vader bevaren had. “Vóór de oorlog,” zei hij, “was het
café hier ieder weekeinde vol.” Daarna dronken zij een kopje thee, en niemand vond dat de
reünie te lang duurde.""",
    "sv": """\
När isen gick upp i april låg båtarna redan färdiga vid bryggan. Fiskaren och hans två söner
hade målat dem gröna och blå, så att de skulle synas på långt håll även när det var dimma över
fjärden. ”Förra året väntade vi för länge”, sade han och såg ut över vattnet. På kvällen åt de
sill och bröd, och därefter läste den äldste högt ur en bok som ingen av dem riktigt förstod,
men som alla tyckte om.""",
    "da": """\
Den gamle købmand på hjørnet åbnede altid før de andre, også når sneen lå højt i gaden. Han
solgte æbler, brød og små billeder af øen, hvor han var født. »Så længe færgen sejler,« sagde
han, »går det nok.« Om søndagen gik han langs åen til kirken, og bagefter spiste han hos sin
søster, der havde ni børn og en hund, som ingen måtte røre. Først da broen blev færdig,
lukkede han sin butik.""",
    "no": """\
Bygda lå så høyt at snøen ble liggende til langt ut i mai. Ungene gikk på ski til skolen, og
læreren, som kom fra kysten, måtte følge etter så godt han kunne. «Her oppe er det ingen som
har hastverk», sa bestemor og satte fram brød, ost og rømme. Om høsten kjørte de tømmeret ned
til fjorden, og da båten endelig la fra, sto både gårdbrukerne og kjørekarene på brygga og så
etter den.""",
    "fi": """\
Kylän ainoa kauppias heräsi aina ennen aamunkoittoa, lämmitti tuvan ja lähti hakemaan postia
rannasta. Jäätä oli vielä lahdella, mutta väylä pysyi auki, ja höyrylaiva pääsi perille. ”Tänä
vuonna kevät myöhästyy”, hän sanoi ja käänsi selkänsä tuulelle. Illalla vanhat miehet istuivat
penkillä, pelasivat korttia ja väittelivät siitä, kuka heistä ensimmäisenä näki sähkövalon
kirkon ikkunassa.""",
    "is": """\
Gamli bóndinn átti hvorki hest né bát, en hann þekkti hverja þúfu í dalnum. Á veturna sat hann
við gluggann og skrifaði niður það sem hann mundi um fólkið sem þar hafði búið. „Þetta verður
aldrei fullgert,“ sagði hann við dóttur sína, „því að áin ber alltaf eitthvað nýtt með sér.“
Þegar voraði fór hún með blöðin til kaupstaðarins, þar sem prentarinn lofaði að geyma þau
þangað til hún kæmi aftur.""",
    "ca": """\
El forner de la plaça obria abans que cap altra botiga, i els dies de fira ja hi havia cua
quan encara era fosc. La seva filla, que estudiava música, tocava el piano al primer pis; així
sabíem quina hora era. «No us penseu que això durarà», deia l’avi, però aquell mateix hivern
va néixer el noi, i la família va llogar també l’altra meitat de l’edifici, amb un pati on hi
havia llimoners.""",
    "cs": """\
Hodinář bydlel v domě U Zlatého věnce a každé ráno přecházel přes dřevěný most na druhý břeh.
Říkalo se o něm, že dokáže opravit všechno kromě času. „Příští týden bude hotovo,“ sliboval
zákazníkům a ti mu věřili, protože měl trpělivé oči. Když potom přišla povodeň, vyplavila mu
dílnu až po strop; sousedé mu přinesli svíčky, chléb a sůl a ještě téže noci začali společně
čistit rezavějící kolečka.""",
    "sk": """\
Keď sa v doline roztopil sneh, gazda vyviedol ovce na lúku a začal opravovať plot. Jeho žena
zatiaľ bielila steny a deti zbierali triesky, aby bolo čím kúriť. „Tohto roku bude všetkého
dosť,“ vravela stará mať a ukazovala na včely, ktoré už lietali okolo úľov. V sobotu prišiel
aj učiteľ a priniesol noviny; čítal z nich nahlas, kým sa nezotmelo a chlapci neodišli napojiť
kone k studničke.""",
    "pl": """\
Zegarmistrz mieszkał przy ulicy Długiej i codziennie rano przechodził przez drewniany most na
drugą stronę rzeki. Mówiono o nim, że potrafi naprawić wszystko oprócz czasu. „Proszę przyjść
w przyszłym tygodniu” – powtarzał, a ludzie mu wierzyli, bo miał cierpliwe oczy i spokojny
głos. Kiedy nadeszła powódź, woda sięgnęła aż pod sufit; sąsiedzi przynieśli świece, chleb,
sól i trochę węgla.""",
    "hu": """\
Az öreg órás a híd túlsó végén lakott, és minden reggel ugyanazon az úton ment a műhelyébe.
Azt mondták róla, hogy mindent meg tud javítani, kivéve az időt. „Jövő héten kész lesz” –
ígérte, és az emberek hittek neki, mert türelmes, szürke szeme volt. Amikor az árvíz elöntötte
az utcát, a szomszédok gyertyát, kenyeret és sót hoztak, majd együtt kezdték tisztítani a
rozsdásodó kerekeket.""",
    "sl": """\
Mlinar je živel na koncu vasi, kjer se cesta začne vzpenjati proti gozdu. Vsako jutro je odprl
zapornico in počakal, da se je kolo začelo vrteti; potem je sedel na klop in kadil. »Če bo še
naprej deževalo,« je rekel, »bomo jeseni imeli preveč vode in premalo žita.« Otroci so mu
verjeli, učitelj pa se je smehljal, čeprav je tudi sam že večkrat slišal, kako je reka odnesla
most in hišo.""",
    "hr": """\
Mlinar je živio na kraju sela, gdje se cesta počinje uspinjati prema šumi. Svakog jutra
otvorio bi ustavu i čekao da se kolo pokrene; potom bi sjeo na klupu i zapalio lulu. „Ako još
bude kišilo“, govorio je, „na jesen ćemo imati previše vode, a premalo žita.“ Djeca su mu
vjerovala, a učitelj se smiješio, iako je već čuo kako je rijeka jednom odnijela most, dvije
kuće i cijeđ za rublje.""",
    "ro": """\
Bătrânul ceasornicar locuia dincolo de pod și mergea în fiecare dimineață pe același drum până
la prăvălie. Se spunea despre el că poate să repare orice, în afară de timp. „Veniți săptămâna
viitoare”, le zicea oamenilor, iar aceștia îl credeau, fiindcă avea ochi răbdători. Când a
venit inundația, vecinii i-au adus lumânări, pâine și sare, apoi au început să curețe împreună
roțile ruginite.""",
    "sq": """\
Mulliri ishte në fund të fshatit, aty ku rruga fillon të ngjitet drejt pyllit. Çdo mëngjes
plaku hapte ujin dhe priste që rrota të lëvizte; pastaj ulej në stol dhe pinte duhan. «Nëse
bie shi edhe më tej,» thoshte ai, «në vjeshtë do të kemi shumë ujë dhe pak grurë.» Fëmijët i
besonin, kurse mësuesi buzëqeshte, megjithëse edhe vetë kishte dëgjuar se si lumi kishte marrë
urën dhe dy shtëpi.""",
    "et": """\
Vana kellassepp elas teisel pool silda ja käis igal hommikul sama teed oma töökotta. Räägiti,
et ta oskab parandada kõike peale aja. „Järgmisel nädalal on valmis,“ lubas ta, ja inimesed
uskusid teda, sest tal olid kannatlikud silmad. Kui tuli üleujutus, ulatus vesi peaaegu laeni;
naabrid tõid küünlaid, leiba ja soola ning hakkasid üheskoos roostetavaid rattaid puhastama,
kuni öö läbi sai.""",
    "lv": """\
Vecais pulksteņmeistars dzīvoja otrpus tiltam un katru rītu gāja pa vienu un to pašu ceļu uz
savu darbnīcu. Par viņu stāstīja, ka viņš prot salabot visu, izņemot laiku. „Nākamnedēļ būs
gatavs,” viņš solīja, un cilvēki viņam ticēja, jo viņam bija pacietīgas acis. Kad sākās plūdi,
ūdens sasniedza griestus; kaimiņi atnesa sveces, maizi un sāli un kopīgi sāka tīrīt
sarūsējušos zobratus.""",
    "lt": """\
Senasis laikrodininkas gyveno kitoje tilto pusėje ir kiekvieną rytą ėjo tuo pačiu keliu į savo
dirbtuvę. Apie jį sakydavo, kad jis moka pataisyti viską, išskyrus laiką. „Kitą savaitę bus
padaryta,“ žadėdavo jis, ir žmonės juo tikėjo, nes jo akys buvo kantrios. Kai užėjo potvynis,
vanduo pakilo iki lubų; kaimynai atnešė žvakių, duonos ir druskos ir visi drauge ėmė valyti
rūdijančius krumpliaračius.""",
    "tr": """\
Yaşlı saatçi köprünün öbür ucunda oturur, her sabah aynı yoldan dükkânına giderdi. Onun
zamandan başka her şeyi onarabildiği söylenirdi. “Gelecek hafta hazır olur,” derdi
müşterilerine; onlar da inanırdı, çünkü gözleri sabırlıydı. Sel geldiğinde su tavana kadar
yükseldi; komşuları mum, ekmek ve tuz getirdiler, sonra hep birlikte paslanan çarkları
temizlemeye başladılar. Işıklar bütün gece söndürülmedi.""",
    "cy": """\
Roedd yr hen felinydd yn byw ym mhen draw’r pentref, lle mae’r ffordd yn dechrau dringo tua’r
goedwig. Bob bore agorai’r llifddor ac arhosai nes i’r olwyn droi; yna eisteddai ar y fainc
gyda’i bibell. “Os bydd hi’n dal i fwrw glaw,” meddai, “bydd gormod o ddŵr a rhy ychydig o
ŷd.” Credai’r plant bob gair, ond gwenai’r athro, er iddo glywed am y tŷ a’r bont a aeth
gyda’r môr a’r llanw mawr.""",
    "ga": """\
Bhí an seanmhuilleoir ina chónaí ag bun an bhaile, áit a dtosaíonn an bóthar ag dreapadh i
dtreo na coille. Gach maidin d’oscail sé an chomhla agus d’fhan sé go dtí gur chas an roth;
ansin shuigh sé ar an mbinse agus dhearg sé a phíopa. “Má leanann an bháisteach,” a deireadh
sé, “beidh an iomarca uisce againn agus róbheagán arbhair.” Chreid na páistí é, ach rinne an
múinteoir gáire beag ciúin.""",
    "eo": """\
La maljuna horloĝisto loĝis trans la ponto kaj ĉiumatene iris la saman vojon al sia laborejo.
Oni diris pri li, ke li povoscias ripari ĉion krom la tempo. “Venontsemajne ĝi estos preta,”
li promesis, kaj la homoj kredis lin, ĉar liaj okuloj estis paciencaj. Kiam venis la inundo,
la akvo leviĝis ĝis la plafono; la najbaroj alportis kandelojn, panon kaj salon, kaj kune ili
purigis ĉiujn rustiĝantajn radojn, dum ekstere ŝanceliĝis la ŝipoj kaj la ĵurnalisto notis
ĉiun vorton.""",
    "mt": """\
Ix-xwejjaħ li kien isewwi l-arloġġi kien joqgħod fuq in-naħa l-oħra tal-pont u kull filgħodu
kien jimxi l-istess triq lejn il-ħanut tiegħu. Kienu jgħidu fuqu li jaf isewwi kollox ħlief
iż-żmien. “Il-ġimgħa d-dieħla jkun lest,” kien iwiegħed, u n-nies kienu jemmnuh għax kellu
għajnejn paċenzjużi. Meta ġiet l-għargħar, l-ilma tela’ sas-saqaf; il-ġirien ġabu xemgħat,
ħobż u melħ, u bdew inaddfu flimkien.""",
    "ru": """\
Старый часовщик жил на другом берегу и каждое утро переходил реку по деревянному мосту. О нём
говорили, что он умеет чинить всё, кроме времени. «Приходите на следующей неделе», – отвечал
он, и люди верили ему, потому что глаза у него были терпеливые. Когда случилось наводнение,
вода поднялась до потолка; соседи принесли свечи, хлеб и соль, а потом все вместе принялись
чистить ржавые колёса.""",
    "uk": """\
Старий годинникар жив на другому березі й щоранку переходив річку дерев’яним мостом. Казали,
що він уміє лагодити все, крім часу. «Приходьте наступного тижня», – відповідав він, і люди
йому вірили, бо очі в нього були терплячі. Коли сталася повінь, вода піднялася до самої стелі;
сусіди принесли свічки, хліб і сіль, а потім усі разом заходилися чистити іржаві коліщата, і
їхнє світло видно було з гір.""",
    "be": """\
Стары гадзіншчык жыў на другім беразе і штораніцы пераходзіў раку па драўляным мосце. Казалі,
што ён умее рамантаваць усё, акрамя часу. «Прыходзьце на наступным тыдні», – адказваў ён, і
людзі яму верылі, бо вочы ў яго былі цярплівыя. Калі здарылася паводка, вада паднялася да
самай столі; суседзі прынеслі свечкі, хлеб і соль, а потым усе разам пачалі чысціць іржавыя
колцы, пакуль не развіднела.""",
    "bg": """\
Старият часовникар живееше на другия бряг и всяка сутрин минаваше реката по дървения мост.
Казваха за него, че може да поправи всичко освен времето. „Елате другата седмица“, отговаряше
той, и хората му вярваха, защото очите му бяха търпеливи. Когато дойде наводнението, водата се
вдигна чак до тавана; съседите донесоха свещи, хляб и сол, а после заедно започнаха да чистят
ръждясалите колелца.""",
    "sr": """\
Стари часовничар живео је на другој обали и свако јутро прелазио реку преко дрвеног моста.
Причало се да уме да поправи све осим времена. „Дођите следеће недеље“, одговарао је, а људи
су му веровали, јер је имао стрпљиве очи. Када је дошла поплава, вода се попела до таванице;
комшије су донеле свеће, хлеб и со, па су сви заједно почели да чисте зарђале точкиће, док је
џак брашна пливао.""",
    "mk": """\
Стариот часовничар живееше на другиот брег и секое утро ја преминуваше реката преку дрвениот
мост. За него велеа дека умее да поправи секоја работа освен времето. „Дојдете следната
недела“, одговараше тој, а луѓето му веруваа, зашто имаше трпеливи очи. Кога дојде поплавата,
водата се искачи до таванот; соседите донесоа свеќи, леб и сол, па сите заедно почнаа да ги
чистат ’рѓосаните тркалца на ѕидот.""",
    "kk": """\
Қарт сағатшы өзеннің арғы бетінде тұрып, күн сайын таңертең ағаш көпірден өтетін еді. Ол
туралы уақыттан басқаның бәрін жөндей алады деп айтатын. «Келесі аптада дайын болады», – деп
жауап беретін, ал адамдар оған сенетін, өйткені оның көздері шыдамды еді. Су тасқыны келгенде
көршілері шырақ, нан, тұз әкеліп, содан кейін бәрі бірге тот басқан дөңгелектерді тазалауға
кірісті, һәм ғажап ән айтты.""",
    "tg": """\
Соатсози пир дар соҳили дигари дарё зиндагӣ мекард ва ҳар саҳар аз кӯпруки чӯбин мегузашт. Дар
бораи ӯ мегуфтанд, ки ғайр аз вақт ҳама чизро таъмир карда метавонад. «Ҳафтаи оянда биёед», –
ҷавоб медод ӯ, ва мардум ба ӯ бовар мекарданд, зеро чашмонаш пурсабр буданд. Вақте ки обхезӣ
шуд, ҳамсояҳо шамъ, нон ва намак оварданд, баъд ҳама якҷоя ба тоза кардани чархҳои зангзада
шурӯъ намуданд.""",
    "el": """\
Ο γέρος ωρολογοποιός έμενε στην απέναντι όχθη και κάθε πρωί περνούσε το ξύλινο γεφύρι. Έλεγαν
γι’ αυτόν ότι μπορούσε να επισκευάσει τα πάντα εκτός από τον χρόνο. «Ελάτε την άλλη εβδομάδα»,
απαντούσε, και οι άνθρωποι τον πίστευαν, γιατί είχε υπομονετικά μάτια. Όταν ήρθε η πλημμύρα,
το νερό έφτασε ως το ταβάνι· οι γείτονες έφεραν κεριά, ψωμί και αλάτι, κι ύστερα καθάρισαν
μαζί τους τροχούς.""",
    "he": """\
השען הזקן גר בעבר השני של הנהר, ובכל בוקר עבר על גשר העץ אל בית המלאכה שלו. אמרו עליו שהוא
יודע לתקן הכול חוץ מן הזמן. "בואו בשבוע הבא", היה עונה, והאנשים האמינו לו, כי עיניו היו
סבלניות. כאשר בא השיטפון עלו המים עד התקרה; השכנים הביאו נרות, לחם ומלח, ואחר כך התחילו כולם
יחד לנקות את הגלגלים החלודים. עד אור הבוקר איש לא הלך לישון, ורק הילדים נרדמו על שקי הקמח ליד
התנור החם של האופה.""",
    "ar": """\
كان صانع الساعات العجوز يسكن على الضفة الأخرى، ويعبر النهر كل صباح على الجسر الخشبي. وكان
الناس يقولون إنه يستطيع إصلاح كل شيء إلا الزمن. وكان يجيبهم قائلا: عودوا في الأسبوع القادم،
فيصدقونه لأن عينيه كانتا صبورتين. وعندما جاء الفيضان ارتفع الماء حتى السقف، فأحضر الجيران
الشموع والخبز والملح، ثم بدأوا جميعا بتنظيف العجلات الصدئة، ولم ينم أحد في تلك الليلة غير
الأطفال الذين تعبوا من الانتظار.""",
    "fa": """\
ساعت ساز پیر در آن سوی رودخانه زندگی می کرد و هر روز صبح از پل چوبی می گذشت. درباره او می
گفتند که جز زمان همه چیز را تعمیر می کند. پاسخ می داد: هفته آینده بیایید، و مردم حرفش را باور
می کردند، چون چشمان صبوری داشت. وقتی سیل آمد، آب تا سقف بالا رفت؛ همسایه ها شمع و نان و نمک
آوردند و سپس همه با هم به پاک کردن چرخ های زنگ زده پرداختند. آن شب هیچ کس نخوابید، مگر بچه ها
که پهلوی گونی های گندم ژولیده بودند.""",
    "ur": """\
بوڑھا گھڑی ساز دریا کے دوسرے کنارے پر رہتا تھا اور ہر صبح لکڑی کے پل سے گزرتا تھا۔ لوگ کہتے
تھے کہ وہ وقت کے سوا ہر چیز ٹھیک کر سکتا ہے۔ وہ جواب دیتا تھا کہ اگلے ہفتے آئیے، اور لوگ اس پر
یقین کرتے تھے کیونکہ اس کی آنکھوں میں صبر تھا۔ جب سیلاب آیا تو پانی چھت تک پہنچ گیا؛ پڑوسی موم
بتیاں، روٹی اور نمک لائے، پھر سب مل کر زنگ لگے پہیے صاف کرنے لگے۔ اس رات بچوں کے سوا کوئی نہیں
سویا۔""",
    "th": """\
ช่างนาฬิกาชราอาศัยอยู่อีกฟากหนึ่งของแม่น้ำ และทุกเช้าเขาจะเดินข้ามสะพานไม้ไปยังร้านของเขา
ผู้คนพูดกันว่าเขาซ่อมได้ทุกอย่างยกเว้นเวลา เขามักตอบว่าให้มาใหม่สัปดาห์หน้า และคนก็เชื่อเขา
เพราะดวงตาของเขาเต็มไปด้วยความอดทน เมื่อน้ำท่วมขึ้นถึงเพดาน เพื่อนบ้านก็นำเทียน ขนมปัง
และเกลือมาให้ จากนั้นทุกคนก็ช่วยกันทำความสะอาดล้อเฟืองที่เป็นสนิมจนถึงรุ่งเช้า
มีแต่เด็กเล็กเท่านั้นที่นอนหลับ""",
    "vi": """\
Ông thợ đồng hồ già sống ở bờ bên kia, và mỗi buổi sáng ông đi qua cây cầu gỗ để đến cửa hàng
của mình. Người ta nói rằng ông có thể sửa được mọi thứ, trừ thời gian. “Tuần sau hãy trở
lại,” ông thường trả lời, và mọi người đều tin ông, vì đôi mắt ông rất kiên nhẫn. Khi lũ lụt
kéo đến, nước dâng lên tận trần nhà; hàng xóm mang nến, bánh mì và muối sang, rồi tất cả cùng
nhau lau chùi những bánh xe đã gỉ.""",
    "ja": """\
年老いた時計職人は川の向こう岸に住んでいて、毎朝、木の橋を渡って店に通っていた。時間のほ
かは何でも直せると人々は言った。「来週おいでください」と彼は答え、みんなはその言葉を信じ
た。彼の目がとても辛抱強かったからである。やがて洪水が来ると、水は天井まで達した。近所の
人々はろうそくとパンと塩を持ちより、それからいっしょに、さびた歯車をみがきはじめた。その
夜は子どもたちのほかに眠る者はなく、パン屋のかまどのそばでは、猫だけがのんびりとあくびを
していた。朝になって水が引くと、ガラスの窓に小さなカレンダーが貼られていて、そこには新し
い日付がていねいに書きこまれていた。""",
    "zh": """\
老钟表匠住在河的对岸，每天早晨都要走过那座木桥到店里去。人们说，除了时间以外，他什么都能
修好。他总是回答：“请下个星期再来。”大家都相信他，因为他的眼睛里充满了耐心。后来发了洪
水，水一直涨到天花板；邻居们带来了蜡烛、面包和盐，然后一起动手擦洗生锈的齿轮。那天夜里，
除了孩子们以外谁也没有睡觉。第二年春天，桥重新修好了，店里的钟又开始走动，只是谁也不知道
它们走得准不准。老人笑着说，这并不要紧，重要的是大家还愿意抬起头来看一看，问一问现在到底
是几点钟。镇上的学校后来请他去讲课，他带去一只拆开的怀表，让每个学生亲手装上一个零件，直
到它发出轻轻的滴答声为止。""",
    "zh-tw": """\
老鐘錶匠住在河的對岸，每天早晨都要走過那座木橋到店裡去。人們說，除了時間以外，他什麼都能
修好。他總是回答：「請下個星期再來。」大家都相信他，因為他的眼睛裡充滿了耐心。後來發了洪
水，水一直漲到天花板；鄰居們帶來了蠟燭、麵包和鹽，然後一起動手擦洗生鏽的齒輪。那天夜裡，
除了孩子們以外誰也沒有睡覺。第二年春天，橋重新修好了，店裡的鐘又開始走動，只是誰也不知道
它們走得準不準。老人笑著說，這並不要緊，重要的是大家還願意抬起頭來看一看，問一問現在到底
是幾點鐘。鎮上的學校後來請他去講課，他帶去一隻拆開的懷錶，讓每個學生親手裝上一個零件，直
到它發出輕輕的滴答聲為止。""",
    "ko": """\
늙은 시계공은 강 건너편에 살았고, 매일 아침 나무다리를 건너 가게로 갔다. 사람들은 그가
시간 말고는 무엇이든 고칠 수 있다고 말했다. “다음 주에 다시 오세요.” 그는 늘 이렇게
대답했고, 모두가 그를 믿었다. 그의 눈이 참을성으로 가득 차 있었기 때문이다. 마침내
홍수가 나자 물은 천장까지 차올랐다. 이웃들은 초와 빵과 소금을 가져왔고, 그다음에는 다
함께 녹슨 톱니바퀴를 닦기 시작했다. 그날 밤에는 아이들 말고는 아무도 잠들지 않았다.
이듬해 봄에 다리가 다시 놓이고 가게의 시계들도 움직이기 시작했지만, 그것들이 맞는지는
아무도 알지 못했다. 노인은 웃으면서 그것은 중요하지 않다고 말했다.""",
}
"""Some sentences in each language, by its code."""
