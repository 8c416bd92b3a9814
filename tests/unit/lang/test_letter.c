/* Letters of every script that is known, in both cases, as Python's lower() and upper() give them; and
 * characters of UTF-8. */
#include "lang/letter.h"
#include "test.h"

static const struct { const char *text, *lower, *upper; } texts[] = {
    {"ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz",
     "abcdefghijklmnopqrstuvwxyz[\\]^_`abcdefghijklmnopqrstuvwxyz",
     "ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`ABCDEFGHIJKLMNOPQRSTUVWXYZ"},
    {"\302\240¡¢£¤¥¦§¨©ª«¬\302\255®¯°±²³´µ¶·¸¹º»¼½¾¿ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïð"
     "ñòóôõö÷øùúûüýþÿ",
     "\302\240¡¢£¤¥¦§¨©ª«¬\302\255®¯°±²³´µ¶·¸¹º»¼½¾¿àáâãäåæçèéêëìíîïðñòóôõö×øùúûüýþßàáâãäåæçèéêëìíîïð"
     "ñòóôõö÷øùúûüýþÿ",
     "\302\240¡¢£¤¥¦§¨©ª«¬\302\255®¯°±²³´Μ¶·¸¹º»¼½¾¿ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞSSÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏ"
     "ÐÑÒÓÔÕÖ÷ØÙÚÛÜÝÞŸ"},
    {"ĀāĂăĄąĆćĈĉĊċČčĎďĐđĒēĔĕĖėĘęĚěĜĝĞğĠġĢģĤĥĦħĨĩĪīĬĭĮįİıĲĳĴĵĶķĸĹĺĻļĽľĿŀŁłŃńŅņŇňŉŊŋŌōŎŏŐőŒœŔŕŖŗŘřŚśŜŝŞ"
     "şŠšŢţŤťŦŧŨũŪūŬŭŮůŰűŲųŴŵŶŷŸŹźŻżŽžſ",
     "āāăăąąććĉĉċċččďďđđēēĕĕėėęęěěĝĝğğġġģģĥĥħħĩĩīīĭĭįįi\314\207ıĳĳĵĵķķĸĺĺļļľľŀŀłłńńņņňňŉŋŋōōŏŏőőœœŕŕŗ"
     "ŗřřśśŝŝşşššţţťťŧŧũũūūŭŭůůűűųųŵŵŷŷÿźźżżžžſ",
     "ĀĀĂĂĄĄĆĆĈĈĊĊČČĎĎĐĐĒĒĔĔĖĖĘĘĚĚĜĜĞĞĠĠĢĢĤĤĦĦĨĨĪĪĬĬĮĮİIĲĲĴĴĶĶĸĹĹĻĻĽĽĿĿŁŁŃŃŅŅŇŇʼNŊŊŌŌŎŎŐŐŒŒŔŔŖŖŘŘŚŚŜŜ"
     "ŞŞŠŠŢŢŤŤŦŦŨŨŪŪŬŬŮŮŰŰŲŲŴŴŶŶŸŹŹŻŻŽŽS"},
    {"Ͱ ͱ Ͳ ͳ ʹ ͵ Ͷ ͷ \315\270 \315\271 ͺ ͻ ͼ ͽ ; Ϳ \316\200 \316\201 \316\202 \316\203 ΄ ΅ Ά · Έ Ή Ί"
     " \316\213 Ό \316\215 Ύ Ώ ΐ Α Β Γ Δ Ε Ζ Η Θ Ι Κ Λ Μ Ν Ξ Ο Π Ρ \316\242 Σ Τ Υ Φ Χ Ψ Ω Ϊ Ϋ ά έ ή ί"
     " ΰ α β γ δ ε ζ η θ ι κ λ μ ν ξ ο π ρ ς σ τ υ φ χ ψ ω ϊ ϋ ό ύ ώ Ϗ ϐ ϑ ϒ ϓ ϔ ϕ ϖ ϗ Ϙ ϙ Ϛ ϛ Ϝ ϝ Ϟ "
     "ϟ Ϡ ϡ Ϣ ϣ Ϥ ϥ Ϧ ϧ Ϩ ϩ Ϫ ϫ Ϭ ϭ Ϯ ϯ ϰ ϱ ϲ ϳ ϴ ϵ ϶ Ϸ ϸ Ϲ Ϻ ϻ ϼ Ͻ Ͼ Ͽ",
     "ͱ ͱ ͳ ͳ ʹ ͵ ͷ ͷ \315\270 \315\271 ͺ ͻ ͼ ͽ ; ϳ \316\200 \316\201 \316\202 \316\203 ΄ ΅ ά · έ ή ί"
     " \316\213 ό \316\215 ύ ώ ΐ α β γ δ ε ζ η θ ι κ λ μ ν ξ ο π ρ \316\242 σ τ υ φ χ ψ ω ϊ ϋ ά έ ή ί"
     " ΰ α β γ δ ε ζ η θ ι κ λ μ ν ξ ο π ρ ς σ τ υ φ χ ψ ω ϊ ϋ ό ύ ώ ϗ ϐ ϑ ϒ ϓ ϔ ϕ ϖ ϗ ϙ ϙ ϛ ϛ ϝ ϝ ϟ "
     "ϟ ϡ ϡ ϣ ϣ ϥ ϥ ϧ ϧ ϩ ϩ ϫ ϫ ϭ ϭ ϯ ϯ ϰ ϱ ϲ ϳ θ ϵ ϶ ϸ ϸ ϲ ϻ ϻ ϼ ͻ ͼ ͽ",
     "Ͱ Ͱ Ͳ Ͳ ʹ ͵ Ͷ Ͷ \315\270 \315\271 ͺ Ͻ Ͼ Ͽ ; Ϳ \316\200 \316\201 \316\202 \316\203 ΄ ΅ Ά · Έ Ή Ί"
     " \316\213 Ό \316\215 Ύ Ώ Ι\314\210\314\201 Α Β Γ Δ Ε Ζ Η Θ Ι Κ Λ Μ Ν Ξ Ο Π Ρ \316\242 Σ Τ Υ Φ Χ"
     " Ψ Ω Ϊ Ϋ Ά Έ Ή Ί Υ\314\210\314\201 Α Β Γ Δ Ε Ζ Η Θ Ι Κ Λ Μ Ν Ξ Ο Π Ρ Σ Σ Τ Υ Φ Χ Ψ Ω Ϊ Ϋ Ό Ύ Ώ "
     "Ϗ Β Θ ϒ ϓ ϔ Φ Π Ϗ Ϙ Ϙ Ϛ Ϛ Ϝ Ϝ Ϟ Ϟ Ϡ Ϡ Ϣ Ϣ Ϥ Ϥ Ϧ Ϧ Ϩ Ϩ Ϫ Ϫ Ϭ Ϭ Ϯ Ϯ Κ Ρ Ϲ Ϳ ϴ Ε ϶ Ϸ Ϸ Ϲ Ϻ Ϻ ϼ Ͻ Ͼ"
     " Ͽ"},
    {"ЀЁЂЃЄЅІЇЈЉЊЋЌЍЎЏАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдежзийклмнопрстуфхцчшщъыьэюяѐёђѓєѕіїјљњћќѝў"
     "џ",
     "ѐёђѓєѕіїјљњћќѝўџабвгдежзийклмнопрстуфхцчшщъыьэюяабвгдежзийклмнопрстуфхцчшщъыьэюяѐёђѓєѕіїјљњћќѝў"
     "џ",
     "ЀЁЂЃЄЅІЇЈЉЊЋЌЍЎЏАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЀЁЂЃЄЅІЇЈЉЊЋЌЍЎ"
     "Џ"},
    {"ѠѡѢѣѤѥѦѧѨѩѪѫѬѭѮѯѰѱѲѳѴѵѶѷѸѹѺѻѼѽѾѿҀҁ҂\322\203\322\204\322\205\322\206\322\207҈҉ҊҋҌҍҎҏҐґҒғҔҕҖҗҘҙҚқ"
     "ҜҝҞҟҠҡҢңҤҥҦҧҨҩҪҫҬҭҮүҰұҲҳҴҵҶҷҸҹҺһҼҽҾҿӀӁӂӃӄӅӆӇӈӉӊӋӌӍӎӏӐӑӒӓӔӕӖӗӘәӚӛӜӝӞӟӠӡӢӣӤӥӦӧӨөӪӫӬӭӮӯӰӱӲӳӴӵӶӷӸӹӺ"
     "ӻӼӽӾӿ",
     "ѡѡѣѣѥѥѧѧѩѩѫѫѭѭѯѯѱѱѳѳѵѵѷѷѹѹѻѻѽѽѿѿҁҁ҂\322\203\322\204\322\205\322\206\322\207҈҉ҋҋҍҍҏҏґґғғҕҕҗҗҙҙққ"
     "ҝҝҟҟҡҡңңҥҥҧҧҩҩҫҫҭҭүүұұҳҳҵҵҷҷҹҹһһҽҽҿҿӏӂӂӄӄӆӆӈӈӊӊӌӌӎӎӏӑӑӓӓӕӕӗӗәәӛӛӝӝӟӟӡӡӣӣӥӥӧӧөөӫӫӭӭӯӯӱӱӳӳӵӵӷӷӹӹӻ"
     "ӻӽӽӿӿ",
     "ѠѠѢѢѤѤѦѦѨѨѪѪѬѬѮѮѰѰѲѲѴѴѶѶѸѸѺѺѼѼѾѾҀҀ҂\322\203\322\204\322\205\322\206\322\207҈҉ҊҊҌҌҎҎҐҐҒҒҔҔҖҖҘҘҚҚ"
     "ҜҜҞҞҠҠҢҢҤҤҦҦҨҨҪҪҬҬҮҮҰҰҲҲҴҴҶҶҸҸҺҺҼҼҾҾӀӁӁӃӃӅӅӇӇӉӉӋӋӍӍӀӐӐӒӒӔӔӖӖӘӘӚӚӜӜӞӞӠӠӢӢӤӤӦӦӨӨӪӪӬӬӮӮӰӰӲӲӴӴӶӶӸӸӺ"
     "ӺӼӼӾӾ"},
    {"ԀԁԂԃԄԅԆԇԈԉԊԋԌԍԎԏԐԑԒԓԔԕԖԗԘԙԚԛԜԝԞԟԠԡԢԣԤԥԦԧԨԩԪԫԬԭԮԯ",
     "ԁԁԃԃԅԅԇԇԉԉԋԋԍԍԏԏԑԑԓԓԕԕԗԗԙԙԛԛԝԝԟԟԡԡԣԣԥԥԧԧԩԩԫԫԭԭԯԯ",
     "ԀԀԂԂԄԄԆԆԈԈԊԊԌԌԎԎԐԐԒԒԔԔԖԖԘԘԚԚԜԜԞԞԠԠԢԢԤԤԦԦԨԨԪԪԬԬԮԮ"},
    {"ΑΣ", "ας", "ΑΣ"},
    {"ΣΑΣΑ Σ ΑΣ1", "σασα σ ας1", "ΣΑΣΑ Σ ΑΣ1"},
    {"Straße", "straße", "STRASSE"},
    {"日本 a\314\201", "日本 a\314\201", "日本 A\314\201"},
    {"", "", ""},
};

static void test_cases(void)
{
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        for (int to = AF_LOWER; to <= AF_UPPER; to++) {
            af_text text = {0};
            af_add_cased(&text, texts[i].text, (af_case)to);
            CHECK_TEXT(text.bytes ? text.bytes : "", to == AF_LOWER ? texts[i].lower : texts[i].upper);
            af_text_free(&text);
        }
}

static void test_asking(void)
{
    static const struct { const char *text; bool lower, upper; } cases[] = {
        {"", false, false}, {"1 _", false, false}, {"a1", true, false}, {"A1", false, true},
        {"aB", false, false}, {"Ba", false, false},
        {"ß", true, false}, {"ª", true, false}, {"ϒ", false, true}, {"ж日", true, false}, {"Ж日", false, true},
        {"İ", false, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        test_note(af_is_cased(cases[i].text, AF_LOWER) == cases[i].lower, __FILE__, __LINE__, cases[i].text);
        test_note(af_is_cased(cases[i].text, AF_UPPER) == cases[i].upper, __FILE__, __LINE__, cases[i].text);
    }
}

static void test_characters(void)
{
    static const struct { const char *bytes; int length; uint32_t code; int count; } cases[] = {
        {"", 0, 0, 0}, {"a", 1, 'a', 1}, {"éx", 2, 0xe9, 2}, {"日x", 3, 0x65e5, 2},
        {"\U0001f600", 4, 0x1f600, 1},
        {"\x80", 1, 0x80, 1}, {"\xc3", 1, 0xc3, 1}, {"\xc3" "a", 1, 0xc3, 2},
        {"\xf5\x80\x80\x80", 1, 0xf5, 4}, {"\xe6\x97", 1, 0xe6, 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint32_t code;
        CHECK(af_read_character(cases[i].bytes, &code) == cases[i].length && code == cases[i].code);
        CHECK(af_count_characters(cases[i].bytes) == cases[i].count);
        if (code < 0x80 || cases[i].length > 1) {
            af_text text = {0};
            if (code)
                af_add_character(&text, code);
            test_note(!strncmp(text.bytes ? text.bytes : "", cases[i].bytes, (size_t)cases[i].length),
                      __FILE__, __LINE__, cases[i].bytes);
            af_text_free(&text);
        }
    }
    CHECK_TEXT(af_skip_characters("aé日b", 3), "b");
    CHECK_TEXT(af_skip_characters("aé", 9), "");
    CHECK_TEXT(af_skip_characters("aé", -1), "aé");
}

int main(void)
{
    test_cases();
    test_asking();
    test_characters();
    return test_end("letter");
}
