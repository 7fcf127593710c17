// Healthy is who can be written to. The first time, the replica set is not there yet: then it is made.
db.getSiblingDB("admin").auth("operator", fs.readFileSync("/run/mongo/operator_password", "utf8"));
try {
  rs.status();
} catch (error) {
  if (error.codeName !== "NotYetInitialized") throw error;
  rs.initiate({ _id: "rs0", members: [{ _id: 0, host: "mongo:27017" }] });
}
quit(db.hello().isWritablePrimary ? 0 : 1);
