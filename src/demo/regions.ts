/** Where the sample people live and what they are called there: common names, freely combined. */

export interface Region {
  /** ISO 3166-1. */
  readonly country: string;
  /** ISO 639-1. */
  readonly language: string;
  /** City → a postal code of it. */
  readonly cities: Readonly<Record<string, string>>;
  readonly givenNames: readonly string[];
  readonly familyNames: readonly string[];
}

export const REGIONS: readonly Region[] = [
  {
    country: 'US',
    language: 'en',
    cities: { Denver: '80202', Portland: '97205', 'Salt Lake City': '84101' },
    givenNames: ['Emma', 'Noah', 'Olivia', 'Liam', 'Ava', 'Mason', 'Harper', 'Ethan'],
    familyNames: ['Smith', 'Johnson', 'Williams', 'Brown', 'Garcia', 'Miller', 'Davis', 'Nguyen'],
  },
  {
    country: 'GB',
    language: 'en',
    cities: { Leeds: 'LS1 4AP', Bristol: 'BS1 5TR', Cardiff: 'CF10 1EP' },
    givenNames: ['Amelia', 'Oliver', 'Isla', 'George', 'Siân', 'Harry', 'Freya', 'Callum'],
    familyNames: ['Jones', 'Taylor', 'Evans', "O'Brien", 'Wilson', 'Patel', 'Campbell', 'Hughes'],
  },
  {
    country: 'DE',
    language: 'de',
    cities: { München: '80331', Freiburg: '79098', Leipzig: '04109' },
    givenNames: ['Jürgen', 'Anna', 'Lukas', 'Marie', 'Jonas', 'Käthe', 'Felix', 'Lena'],
    familyNames: ['Müller', 'Schmidt', 'Weiß', 'Fischer', 'Schäfer', 'Becker', 'Hoffmann', 'Krüger'],
  },
  {
    country: 'FR',
    language: 'fr',
    cities: { Grenoble: '38000', Annecy: '74000', Toulouse: '31000' },
    givenNames: ['Chloé', 'Hugo', 'Inès', 'Théo', 'Camille', 'François', 'Anaïs', 'Jules'],
    familyNames: ['Martin', 'Bernard', 'Lefèvre', 'Petit', 'Moreau', 'Girard', 'Gauthier', 'Mercier'],
  },
  {
    country: 'NL',
    language: 'nl',
    cities: { Utrecht: '3511 AA', Groningen: '9711 LM', Nijmegen: '6511 PP' },
    givenNames: ['Zoë', 'Daan', 'Sanne', 'Sem', 'Noëlle', 'Bram', 'Fleur', 'Thijs'],
    familyNames: ['de Vries', 'Jansen', 'van den Berg', 'Bakker', 'Visser', 'Smit', 'Meijer', 'Mulder'],
  },
  {
    country: 'PL',
    language: 'pl',
    cities: { Kraków: '30-001', Gdańsk: '80-001', Zakopane: '34-500' },
    givenNames: ['Łukasz', 'Zofia', 'Jakub', 'Małgorzata', 'Michał', 'Agnieszka', 'Paweł', 'Hanna'],
    familyNames: ['Nowak', 'Wójcik', 'Kowalczyk', 'Kamiński', 'Zieliński', 'Mazur', 'Krawczyk', 'Dąbrowski'],
  },
  {
    country: 'SE',
    language: 'sv',
    cities: { Göteborg: '411 05', Östersund: '831 31', Umeå: '903 26' },
    givenNames: ['Åsa', 'Erik', 'Elin', 'Björn', 'Maja', 'Göran', 'Linnéa', 'Nils'],
    familyNames: ['Andersson', 'Lindström', 'Nilsson', 'Bergström', 'Sjögren', 'Holm', 'Åberg', 'Ek'],
  },
  {
    country: 'DK',
    language: 'da',
    cities: { Aarhus: '8000', Odense: '5000', Ribe: '6760' },
    givenNames: ['Søren', 'Freja', 'Mikkel', 'Ida', 'Jørgen', 'Signe', 'Rasmus', 'Maren'],
    familyNames: ['Jensen', 'Møller', 'Sørensen', 'Kjær', 'Poulsen', 'Thomsen', 'Lund', 'Højgaard'],
  },
  {
    country: 'ES',
    language: 'es',
    cities: { Granada: '18001', Huesca: '22001', Gijón: '33201' },
    givenNames: ['Lucía', 'Mateo', 'Begoña', 'Álvaro', 'Carmen', 'Íñigo', 'Sofía', 'Pablo'],
    familyNames: ['González', 'Fernández', 'Ibáñez', 'Muñoz', 'Romero', 'Navarro', 'Ortiz', 'Peña'],
  },
  {
    country: 'BR',
    language: 'pt',
    cities: { 'São Paulo': '01001-000', Curitiba: '80010-000', Petrópolis: '25620-000' },
    givenNames: ['João', 'Beatriz', 'Thiago', 'Luísa', 'Antônio', 'Letícia', 'Rafael', 'Conceição'],
    familyNames: ['Silva', 'Gonçalves', 'Araújo', 'Oliveira', 'Magalhães', 'Costa', 'Ribeiro', 'Nóbrega'],
  },
  {
    country: 'JP',
    language: 'ja',
    cities: { 札幌市: '060-0001', 長野市: '380-0801', 京都市: '600-8001' },
    givenNames: ['美咲', '蓮', '陽菜', '健太', 'さくら', '大輔', '結衣', '翔太'],
    familyNames: ['佐藤', '鈴木', '高橋', '田中', '渡辺', '山本', '中村', '小林'],
  },
];

/** Japanese names in Latin letters. */
const ROMANISED: Readonly<Record<string, string>> = {
  ...{ 美咲: 'misaki', 蓮: 'ren', 陽菜: 'hina', 健太: 'kenta' },
  ...{ さくら: 'sakura', 大輔: 'daisuke', 結衣: 'yui', 翔太: 'shota' },
  ...{ 佐藤: 'sato', 鈴木: 'suzuki', 高橋: 'takahashi', 田中: 'tanaka' },
  ...{ 渡辺: 'watanabe', 山本: 'yamamoto', 中村: 'nakamura', 小林: 'kobayashi' },
};

/** Letters that are not a plain letter with an accent. */
const LETTERS: Readonly<Record<string, string>> = { ł: 'l', ß: 'ss', ø: 'o', æ: 'ae' };

/** A name as it stands in an e-mail address: lower-case ASCII letters alone; `Łukasz` gives `lukasz`. */
export function asciiName(name: string): string {
  return (ROMANISED[name] ?? name)
    .toLowerCase()
    .replaceAll(/[łßøæ]/g, (letter) => LETTERS[letter] ?? '')
    .normalize('NFD')
    .replaceAll(/[^a-z]/g, '');
}
