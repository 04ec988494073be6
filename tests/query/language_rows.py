"""Rows for each language: a query, a text, and whether the query finds the text.

Each line of a table begins with + (finds) or - (does not find), then come the query and the text.
All texts of a language are in one index.
"""

ROWS = {
    "ar": """
        + كتاب | الكتاب
        + الكتاب | كتاب
        + معلم | معلمون
        + مدرسة | المدرسة
        + مدرسه | مدرسة
        + كتاب | كِتَابٌ
        + على | علي
        + أحمد | احمد
        + 1924 | ١٩٢٤
        - كاتب | كتاب
        - "الكتاب" | كتاب
        - =مدرسه | مدرسة
        + كتا* | كتابان
    """,
    "he": """
        + שלום | שָׁלוֹם
        + צה"ל | צה״ל
        + צהל | צה"ל
        + "צה״ל" | צהל
        + ספר | ספר
        - ספר | הספר
        - ספר | ספרים
        + ספר* | ספרים
        + *ספר | הספר
        - =שָׁלוֹם | שלום
        + ג׳ורג | ג'ורג
        - שלום | שלם
    """,
    "fa": """
        + می‌شود | می شود
        + می شود | می‌شود
        + "می شود" | میشود
        + نمی خوانم | نمی‌خوانم
        + کتاب ها | کتاب‌ها
        + کتاب | كتاب
        + کتاب | کتاب‌ها
        + کتاب‌ها | کتاب
        + ایران | ايران
        + ۱۳۰۴ | 1304
        + ۱۳۰۴ | ١٣٠٤
        + خانه | خانۀ
        - کتاب | کباب
        - "کتاب" | کتاب‌ها
        + کتا* | کتاب‌ها
        - =كتاب | کتاب
    """,
    "hi": """
        + हिन्दी | हिंदी
        + हिंदी | हिन्दी
        + "गंगा" | गङ्गा
        + सम्बन्ध | संबंध
        - =हिंदी | हिन्दी
        - अन्न | अंन
        + लड़का | लड़के
        + लड़के | लड़कों
        + किताब | किताबें
        + किताबों | किताब
        + नदी | नदियाँ
        + १९४७ | 1947
        - दिन | दीन
        - बल | बाल
        - "किताब" | किताबें
        + किता* | किताबें
        - कमल | कमाल
        + कमल | कमल
    """,
    "bn": """
        + বাংলা | বাংলা
        - বাংলা | বাংলার
        + বাংলা* | বাংলার
        - দিন | দীন
        - কূল | কুল
        + ১৯৭১ | 1971
        + "বই" | বই
        - "বই" | বইয়ের
        + *দেশ | বাংলাদেশ
        - =বই | বইয়ের
        - বই | বউ
    """,
    "th": """
        + กรุงเทพ | ชาวกรุงเทพมา
        + ประชุม | กรรมกรประชุมกัน
        - ประกัน | กรรมกรประชุมกัน
        + "กรรมกร" | กรรมกรประชุมกัน
        + กรรม* | กรรมกรประชุมกัน
        + =ประชุม | กรรมกรประชุมกัน
        + ๒๔๗๕ | 2475
        - มา | กรุงเทพ
        - ปา | ป่า
        + ป่า | ป่า
        - ข้าว | ขาว
    """,
    "zh": """
        + 工人 | 中国的工人运动
        + 运动 | 中国的工人运动
        - 工运 | 中国的工人运动
        + "工人运动" | 中国的工人运动
        + 工人* | 中国的工人运动
        + =工人 | 中国的工人运动
        - 人工 | 中国的工人运动
        + 1921 | １９２１年
        + ＡＢＣ | abc
        + 社会 主义 | 社会主义
        - "社会 历史" | 社会主义
        - 民国 | 中国的工人运动
    """,
    "ja": """
        + 労働 | 労働運動の歴史
        + 運動の | 労働運動の歴史
        - 労運 | 労働運動の歴史
        + "労働運動" | 労働運動の歴史
        + ストライキ | ストライキを始めた
        + ｽﾄﾗｲｷ | ストライキを始めた
        - すとらいき | ストライキを始めた
        - ハハ | パパ
        - はは | ばば
        + 労働* | 労働運動の歴史
        + 1945 | １９４５
        + =労働 | 労働運動の歴史
    """,
    "ko": """
        + 도쿄 | 도쿄에서
        + 도쿄에서 | 도쿄
        + 노동자 | 노동자들은
        + 책 | 책을
        + 학교 | 학교까지도
        - "도쿄" | 도쿄에서
        - =학교 | 학교까지도
        + 학교* | 학교까지도
        + 노동자 | 노동자였습니다
        + 학교 | 학교라고
        + 나라 | 나라도
        - 회의 | 회사
        - 가을 | 가
        + 저녁 | 저녁
    """,
    "vi": """
        + tiếng | tieng
        + tieng | tiếng
        + viet nam | Việt Nam
        + Đảng | đảng
        + dang | Đảng
        - ma | man
        - "viet" | vietnam
        - =ma | mã
        + =mã | mã
        + đả* | Đảng
        + người | ngươ\u0300i
        - =nguoi | người
    """,
    "tr": """
        + kitap | kitaplar
        + kitaplar | kitap
        + evler | ev
        + İstanbul | istanbul
        + istanbul | İSTANBUL
        + ışık | isik
        + çocuk | çocuklar
        + Ankara | Ankara'da
        + kar | kara
        - yol | yıl
        - "kitap" | kitaplar
        - =istanbul | İstanbul
        + kita* | kitaplar
    """,
    "grc": """
        + λογος | λόγος
        + λόγος | ΛΟΓΟΣ
        + ἄνθρωπος | ἂνθρωπος
        + ανθρωπος | ἄνθρωπος
        + τῷ | τῶι
        + τω | τῷ
        + "ψυχή" | ψυχὴ
        - ψυχή | ψυχῆς
        + ψυχ* | ψυχῆς
        - =λόγος | λὸγος
        - νόμος | νέμος
    """,
    "el": """
        + εργάτης | εργάτες
        + εργάτες | ΕΡΓΑΤΕΣ
        + εργατης | εργάτες
        + πόλη | πόλης
        + άνθρωπος | ανθρώπου
        + ἄνθρωπος | άνθρωπος
        + δρόμος | δρόμοι
        - "δρόμος" | δρόμοι
        - =δρόμος | Δρόμος
        + δρό* | δρόμοι
        - νόμος | μόνος
    """,
    "ru": """
        + рабочий | рабочие
        + рабочего | рабочий
        + книга | книги
        + книгой | книга
        + ёлка | елка
        + елки | ёлка
        - война | воина
        + воин | воина
        - "книга" | книги
        - =Книга | книга
        + книг* | книги
        - мука | мукомол
    """,
    "uk": """
        + книга | книга
        - книга | книги
        + книг* | книги
        + сім'я | сім’я
        + сімя | сім'я
        + "п'ять" | п’ять
        - їжа | іжа
        - рік | рік\u0438
        + КИЇВ | київ
        - київ | киів
        - =Київ | київ
        + *їв | київ
    """,
    "pl": """
        + książka | książki
        + ksiazka | książka
        + miasto | miasta
        + robotnika | robotnik
        + robotników | robotnik
        + łódź | Lodz
        + Łódź | łódź
        - "miasto" | miasta
        - =łódź | lodz
        + miast* | miasta
        - kot | kod
        + czlonek | członek
    """,
    "cs": """
        + město | města
        + mesto | město
        + žena | ženy
        + dopis | dopisy
        + dělník | delnik
        + ŽENA | žena
        - "žena" | ženy
        - =zena | žena
        + žen* | ženy
        - pes | les
        + družstva | družstvo
    """,
    "hu": """
        + ház | házak
        + házban | ház
        + munkás | munkások
        + munkas | munkás
        + könyv | könyvek
        + város | VÁROS
        - "ház" | házak
        - =haz | ház
        + köny* | könyvek
        - kor | kör\u00fc
        + kor | kör
    """,
    "fi": """
        + talo | talossa
        + talossa | talo
        + kirja | kirjassa
        + työ | tyo
        + tyo | työ
        + kirja | kirjat
        - "kirja" | kirjat
        - =kirja | Kirja
        + kirj* | kirjat
        - kuusi | kissa
        + päätöksen | päätöksiä
    """,
    "da": """
        + hus | huset
        + huset | huse
        + bog | bogen
        + arbejder | arbejderne
        + køb | kob
        + å | Å
        + ær | aer
        - "hus" | huset
        - =kob | køb
        + arbejd* | arbejderne
        - hus | mus
    """,
    "is": """
        + maður | madur
        + þing | thing
        + Þing | þing
        + ísland | Island
        - maður | manni
        + mann* | manni
        - "þing" | þingið
        + þing* | þingið
        - =þing | Þing
        - hús | hús\u0069ð
        + æska | aeska
    """,
    "de": """
        + Haus | Häuser
        + Arbeiter | Arbeiterin
        + Arbeiters | Arbeiter
        + Straße | STRASSE
        + Strasse | Straße
        + Müller | Muller
        + Muller | Müllers
        + =~Muller | Müller
        + =~Müller | Muller
        - =~muller | Müller
        - =~Muller | MÜLLER
        + ="Müller" | Müller
        + =~"Der Muller" | Der Müller
        + E-Mail | Email
        + Email | E-Mails
        - "Haus" | Häuser
        - =arbeiter | Arbeiter
        + Arbeit* | Arbeiterin
        - Bar | Bär\u0074e
        - Leid | Lied
    """,
    "nl": """
        + boek | boeken
        + boeken | boek
        + arbeider | arbeiders
        + coöperatie | cooperatie
        + zee-egel | zeeëgel
        + reünie | reunie
        - "boek" | boeken
        - =Boek | boek
        + boek* | boeken
        - boek | hoek
        + foto's | foto’s
        - fotos | foto's
    """,
    "fr": """
        + chat | chats
        - chat | châtiment
        - été | et
        + été | étés
        + ete | été
        + étudiant | étudiants
        + étudiant | ETUDIANTS
        - deux | d'eux
        + eux | d'eux
        + homme | l’homme
        + "cœur" | coeur
        - =ete | été
        + chat* | châtiment
        + aujourd'hui | aujourd’hui
        - "chat" | chats
    """,
    "it": """
        + operaie | operaia
        + organizzazione | organizzazioni
        + libro | libri
        + città | citta
        + perché | perche
        - loro | l'oro
        - cera | c'era
        + oro | l'oro
        - "libro" | libri
        - =citta | città
        + lib* | libri
        - pesca | pescara
    """,
    "es": """
        + organización | organizaciones
        + obrero | obreros
        + accion | acción
        + año | ano
        + niño | NIÑO
        + niños | niño
        - "obrero" | obreros
        - =ano | año
        + organiz* | organizaciones
        - casa | caza
        + vergüenza | verguenza
    """,
    "pt": """
        + obrigação | obrigações
        + organização | organizações
        + operário | operários
        + operario | operário
        + coração | coracao
        + guarda-chuva | guardachuva
        + guardachuva | guarda-chuva
        - "obrigação" | obrigações
        - =acao | ação
        + oper* | operários
        - avô | avo\u0073o
        - mal | mau
    """,
    "sv": """
        + förening | föreningen
        + forening | förening
        + arbetare | arbetarna
        + flicka | flickor
        + bok | boken
        + ÅR | år
        + ar | år
        - "bok" | boken
        - =ar | år
        + flick* | flickor
        - bok | bock
    """,
    "en": """
        + party | parties
        + organised | organise
        + e-mail | email
        + email | e-mails
        + oconnor | O'Connor
        + 3000 | 3,000
        - ill | I'll
        - 911 | 9/11
        - universal | universe\u0065
        - "party" | parties
        - =may | May
        + =May | May
        + naive | naïve
        + wom?n | women
        + Banquo | Banquo's
        - "Banquos" | Banquo's
    """,
}
