/** The emoji that are offered, with the words by which they are found. Any other can be typed with the device's own keys. */

export interface Emoji {
  readonly char: string;
  readonly name: string;
}

const SOURCE = `
😀 grinning happy|😃 smiley happy|😄 smile happy laughing|😁 grin|😆 laughing|😅 sweat_smile|🤣 rofl laughing|😂 joy tears laughing|🙂 slight_smile|🙃 upside_down
😉 wink|😊 blush happy|😇 innocent angel|🥰 hearts love|😍 heart_eyes love|🤩 star_struck wow|😘 kiss|😋 yum tasty|😜 winking_tongue|🤪 zany crazy
🤗 hug|🤭 oops|🤫 shush quiet|🤔 thinking hmm|🤨 raised_eyebrow|😐 neutral|😶 speechless|🙄 eye_roll|😏 smirk|😬 grimace
😌 relieved|😴 sleeping tired|😷 mask sick|🤒 sick fever|🤯 mind_blown|🥳 party celebrate|😎 cool sunglasses|🤓 nerd|😕 confused|😟 worried
😮 open_mouth wow|😲 astonished|😳 flushed|🥺 pleading please|😢 cry sad|😭 sob sad|😤 triumph|😡 angry mad|🤬 cursing|😱 scream
😨 fearful|😩 weary|🥱 yawn bored|😵 dizzy|🤐 zipper_mouth|🫠 melting|🫡 salute|🫣 peeking|🫶 heart_hands|💀 skull dead
👍 thumbs_up yes +1|👎 thumbs_down no -1|👌 ok_hand|✌️ victory peace|🤞 fingers_crossed luck|🤝 handshake deal|👏 clap applause|🙌 raised_hands hooray|🙏 pray thanks please|💪 muscle strong
👋 wave hello bye|✋ hand stop|🤙 call_me|👈 point_left|👉 point_right|👆 point_up|👇 point_down|✍️ writing|🤷 shrug|🤦 facepalm
❤️ heart love red|🧡 orange_heart|💛 yellow_heart|💚 green_heart|💙 blue_heart|💜 purple_heart|🖤 black_heart|🤍 white_heart|💔 broken_heart|💯 hundred
✅ check done yes|❌ cross no wrong|⚠️ warning|❓ question|❗ exclamation|💤 zzz|💥 boom|✨ sparkles|⭐ star|🔥 fire hot
🎉 tada party hooray|🎊 confetti|🎂 cake birthday|🎁 gift present|🏆 trophy win|🥇 gold first|🚀 rocket ship launch|💡 idea bulb|📌 pin|📎 paperclip
📅 calendar date|⏰ alarm clock|⏳ hourglass wait|🔒 lock|🔑 key|🔧 wrench fix|🔨 hammer|🐛 bug|🧪 test tube|📈 chart up
📉 chart_down|📝 memo note|📖 book|📚 books|💻 laptop computer|📱 phone|📷 camera|🎧 headphones music|🎵 music note|🎮 game
☕ coffee|🍵 tea|🍺 beer|🍻 cheers|🍷 wine|🍕 pizza|🍔 burger|🍟 fries|🥗 salad|🍎 apple
🍌 banana|🍓 strawberry|🍪 cookie|🍫 chocolate|🍿 popcorn|🥐 croissant|🧀 cheese|🍜 noodles|🍣 sushi|🥑 avocado
🐶 dog|🐱 cat|🐭 mouse|🐰 rabbit|🦊 fox|🐻 bear|🐼 panda|🦁 lion|🐸 frog|🐵 monkey
🙈 see_no_evil|🦄 unicorn|🐝 bee|🦋 butterfly|🐢 turtle|🐙 octopus|🐬 dolphin|🌱 seedling plant|🌳 tree|🌵 cactus
🌸 blossom flower|🌹 rose|🌻 sunflower|🍀 clover luck|🌍 earth world|🌙 moon|☀️ sun|⛅ cloud|🌧️ rain|❄️ snow
🌈 rainbow|⚡ lightning|🌊 wave sea|🚗 car|🚲 bike|✈️ plane|🚂 train|⛵ boat|🏠 house home|🏖️ beach
👀 eyes look|🧠 brain|👻 ghost|🤖 robot|👽 alien|💩 poop|🎃 pumpkin|🤡 clown|👑 crown|💎 gem
`;

export const EMOJI: readonly Emoji[] = SOURCE.trim()
  .split(/[\n|]/)
  .map((entry) => {
    const [char, ...words] = entry.split(" ");
    return { char: char!, name: words.join(" ") };
  });

/** Those that people reach for first. */
export const FREQUENT: readonly string[] = ["👍", "❤️", "😂", "🎉", "😮", "😢", "🙏", "👀"];

/** Those whose names have a word that begins so. */
export function findEmoji(query: string): Emoji[] {
  const wanted = query.toLocaleLowerCase().trim();
  return EMOJI.filter(({ name }) => name.split(/[ _]/).some((word) => word.startsWith(wanted)) || name.startsWith(wanted));
}
