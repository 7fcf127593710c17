export function App() {
  return <h1>Parlance</h1>;
}
